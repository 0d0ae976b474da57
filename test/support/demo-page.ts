import type { Locator, Page } from 'playwright-core';
import type { Demo } from './demo.js';

/** A page of the demo in a browser. */
export class DemoPage {
  /** Everything that the browser complained about. */
  readonly complaints: string[] = [];

  protected constructor(
    readonly page: Page,
    readonly demo: Demo,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  /** Opens a page in a tab, as somebody who is signed in already where a number is given. */
  static async visit(demo: Demo, page: Page, path: string, as?: string): Promise<DemoPage> {
    const it = new DemoPage(page, demo);
    if (as !== undefined) await it.signInAs(as);
    await page.goto(`${demo.url}${path}`);
    return it;
  }

  /** So much time goes by, on the page and on the server. */
  async passTime(milliseconds: number): Promise<void> {
    this.demo.passTime(milliseconds);
    await this.page.clock.fastForward(milliseconds);
  }

  /** Waits until an error with these words is shown. */
  complains(words: string | RegExp): Promise<void> {
    return this.page.getByRole('alert').filter({ hasText: words }).waitFor();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The step that is shown, by its heading. */
  shows(title: string): Promise<void> {
    return this.page.getByRole('heading', { level: 1, name: title }).waitFor();
  }

  /** Past the form, for what comes after it. */
  protected async signInAs(phoneNumber: string): Promise<void> {
    const post = (path: string, data: object) =>
      this.page.request.post(`${this.demo.url}/api/auth/phone-number/${path}`, { data });
    await post('send-otp', { phoneNumber });
    await post('verify', { phoneNumber, code: this.demo.codeFor(phoneNumber) });
  }
}
