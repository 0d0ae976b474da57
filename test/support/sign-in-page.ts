import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Demo } from './demo.js';
import { DemoPage } from './demo-page.js';

/** @property as somebody who is signed in already */
export type Visit = BrowserContextOptions & { as?: string };

/** The demo's page in a browser, in the words of the person at it. */
export class SignInPage extends DemoPage {
  readonly country: Locator;
  readonly number: Locator;
  readonly send: Locator;
  readonly code: Locator;
  readonly verify: Locator;
  readonly sendAgain: Locator;
  readonly useDifferentNumber: Locator;
  /** What is shown once somebody is signed in. */
  readonly account: Locator;
  readonly signOut: Locator;
  /** Messages on the drawn phone, newest first. */
  readonly messages: Locator;

  private constructor(page: Page, demo: Demo) {
    super(page, demo);
    this.country = page.getByLabel('Country');
    this.number = page.getByRole('textbox', { name: 'Phone number' });
    this.send = page.locator('#send');
    this.code = page.getByLabel('6-digit code');
    this.verify = page.locator('#verify');
    this.sendAgain = page.getByRole('button', { name: 'Send a new code' });
    this.useDifferentNumber = page.getByRole('button', { name: 'Use a different number' });
    this.account = page.getByRole('region', { name: 'You are signed in' });
    this.signOut = page.getByRole('button', { name: 'Sign out', exact: true });
    this.messages = page.getByRole('log').getByRole('listitem');
  }

  /** Opens the page in a tab, as somebody who is signed in already where a number is given. */
  static override async visit(demo: Demo, page: Page, as?: string): Promise<SignInPage> {
    const it = new SignInPage(page, demo);
    if (as !== undefined) await it.signInAs(as);
    await page.goto(demo.url);
    await (as === undefined ? it.reaches('idle') : it.settles());
    return it;
  }

  state(): Promise<string | null> {
    return this.page.locator('main').getAttribute('data-state');
  }

  /** Waits until the page is in a state. */
  reaches(state: string): Promise<void> {
    return this.page.locator(`main[data-state="${state}"]`).waitFor();
  }

  async askForCode(phoneNumber: string): Promise<void> {
    await this.number.fill(phoneNumber);
    await this.send.click();
    await this.reaches('verify');
  }

  /** Waits until the account is shown with everything that is asked of the server. */
  async settles(): Promise<void> {
    await this.reaches('success');
    await this.page.locator('.session').first().waitFor();
    await this.page.getByText('200 OK').waitFor();
  }

  /** Pastes a text where the focus is. */
  async paste(text: string): Promise<void> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  /** The code in the newest message on the drawn phone. */
  async codeOnPhone(): Promise<string> {
    const text = await this.messages.first().locator('.message-text').textContent();
    return /\d{6}/.exec(text ?? '')?.[0] ?? '';
  }

  /** The id of what has the focus, `null` for the page itself. */
  async focused(): Promise<string | null> {
    const focused = this.page.locator(':focus');
    return (await focused.count()) === 0 ? null : focused.getAttribute('id');
  }
}
