import type { Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { otherThan } from '../support/demo.js';
import type { DemoPage } from '../support/demo-page.js';
import { asShown, useDemo } from '../support/demo-visits.js';

const SEND = '**/phone-number/send-otp';
const VERIFY = '**/phone-number/verify';

describe.skipIf(!hasBrowser)('the elements on a page of another application', () => {
  const { demo, visitPage, freshNumber } = useDemo();
  const beside = (as?: string) => visitPage('/beside.html', as === undefined ? {} : { as });

  const inForm = ({ page }: DemoPage) => {
    const form = page.locator('.card:not([hidden]) phone-code-form');
    return {
      number: form.getByRole('textbox', { name: /hone number/ }),
      send: form.getByRole('button', { name: 'Text me a code' }),
      code: form.getByLabel('6-digit code'),
      reaches: (state: string) => page.locator(`phone-code-form[data-state="${state}"]`).waitFor(),
    };
  };
  const askFor = async (it: DemoPage, number: string) => {
    const form = inForm(it);
    await form.number.fill(number);
    await form.send.click();
    await form.reaches('verify');
    return form;
  };
  const setting = ({ page }: DemoPage, state: string) =>
    page.locator(`phone-number-setting[data-state="${state}"]`);
  const userOf = async ({ page }: DemoPage) => {
    const answer = await page.request.get(`${demo().url}/api/auth/get-session`);
    return ((await answer.json()) as { user: { id: string; phoneNumber: string | null } }).user;
  };
  /** Somebody whose number nobody has proven. */
  const unproven = async () => {
    const number = freshNumber();
    const it = await beside(number);
    await setting(it, 'verified').waitFor();
    await demo().unverify((await userOf(it)).id);
    await it.page.reload();
    await setting(it, 'unverified').waitFor();
    return { it, number };
  };

  it('S5.50, S5.42 the sign-in form stands beside another sign-in, and both work', async () => {
    const number = freshNumber();
    await demo().register(number, 'three words in a row');
    const it = await beside();
    await it.page.getByLabel('Account').fill(number);
    await it.page.getByLabel('Password').fill('three words in a row');
    await it.button('Sign in with a password').click();
    await it.shows('Your profile');
    await it.button('Sign out').click();
    await it.shows('Sign in');
    await it.passTime(60_000);

    const states: (string | null)[] = [];
    await it.page.exposeFunction('seen', (state: string) => states.push(state));
    await it.page.evaluate(`{
      const form = document.querySelector('phone-code-form');
      new MutationObserver(() => seen(form.dataset.state)).observe(form, { attributeFilter: ['data-state'] });
    }`);
    const form = await askFor(it, number);
    await form.code.fill(demo().codeFor(number));
    await it.shows('Your profile');
    await setting(it, 'verified').getByText(asShown(number)).waitFor();
    expect(states).toEqual(['sending', 'verify', 'verifying', 'success']);
    expect(it.complaints).toEqual([]);
  });

  it('S5.50 two of them on one page do not get in each other’s way', async () => {
    const it = await beside();
    await it.page.evaluate(
      `document.querySelector('.card:not([hidden])').append(document.createElement('phone-sign-in'))`,
    );
    const [first, second] = [freshNumber(), freshNumber()];
    const forms = it.page.locator('phone-sign-in');
    for (const [n, number] of [first, second].entries()) {
      await forms.nth(n).getByRole('textbox', { name: 'Phone number' }).fill(number);
      await forms.nth(n).getByRole('button', { name: 'Text me a code' }).click();
      await forms.nth(n).locator('strong').getByText(asShown(number)).waitFor();
    }
    await forms.nth(1).getByLabel('6-digit code').fill(demo().codeFor(second));
    await it.shows('Your profile');
    expect((await userOf(it)).phoneNumber).toBe(second);
  });

  it('8.25, S5.46 says what went wrong with a message, and shows no field for a code that never left', async () => {
    const it = await beside();
    await it.page.route(SEND, (route) => route.fulfill({ status: 502, json: { code: 'SEND_OTP_FAILED' } }));
    const form = inForm(it);
    await form.number.fill(freshNumber());
    await form.send.click();
    await it.complains('The message could not be sent.');
    expect(await form.code.isVisible()).toBe(false);
    await form.reaches('idle');
  });

  it('8.25, S5.43, S5.45 a wrong code is said, counted and cleared; the last one asks for a new code', async () => {
    const it = await beside();
    const number = freshNumber();
    const form = await askFor(it, number);
    for (const left of ['2 attempts left', '1 attempt left']) {
      await form.code.fill(otherThan(demo().codeFor(number)));
      await it.complains(left);
      await form.reaches('verify');
      expect(await form.code.inputValue()).toBe('');
    }
    await form.code.fill(otherThan(demo().codeFor(number)));
    await form.reaches('error');
    await it.complains('ask for a new code');
    expect(await form.code.isVisible()).toBe(false);

    await it.passTime(30_000);
    await it.button('Send a new code').click();
    await form.reaches('verify');
    await form.code.fill(demo().codeFor(number));
    await it.shows('Your profile');
  });

  it('S5.43, S5.46 a server that cannot be reached costs no code', async () => {
    const it = await beside();
    const number = freshNumber();
    const form = await askFor(it, number);
    await it.page.route(VERIFY, (route: Route) => route.abort());
    await form.code.fill(demo().codeFor(number));
    await it.complains('We cannot reach the server.');
    await form.reaches('verify');
    expect(await form.code.inputValue()).toBe(demo().codeFor(number));
  });

  it('S5.43, S5.48 an expired code asks for a new one, and "Start over" begins again', async () => {
    const it = await beside();
    const form = await askFor(it, freshNumber());
    await it.passTime(300_000);
    await form.reaches('error');
    await it.complains('This code has expired.');
    await it.button('Start over').click();
    await form.reaches('idle');
    expect(await form.number.inputValue()).toBe('');
  });

  it('S5.44 counts down what the server says until another code can be had, which is then sent', async () => {
    const it = await beside();
    const number = freshNumber();
    await askFor(it, number);
    await it.page.getByText(/Send again in 0:(30|29|28)/).waitFor();
    expect(await it.button('Send a new code').isVisible()).toBe(false);
    await it.passTime(30_000);
    await it.button('Send a new code').click();
    await expect.poll(() => demo().textsTo(number)).toHaveLength(2);
    await it.page.getByText(/Send again in 0:(40|39|38)/).waitFor();
  });

  it('S5.44 a refusal is counted down as well', async () => {
    const it = await beside();
    await it.page.route(SEND, (route) =>
      route.fulfill({ status: 429, json: { code: 'RATE_LIMITED', retryAfter: 42 } }),
    );
    const form = inForm(it);
    await form.number.fill(freshNumber());
    await form.send.click();
    await it.page.getByText(/Try again in 0:4[12]/).waitFor();
    await it.complains('too often');
    await it.page.unroute(SEND);
    expect(await form.send.count()).toBe(0);
    await it.passTime(42_000);
    await form.send.click();
    await form.reaches('verify');
  });

  it('S5.48 "Use a different number" goes back to the number, which is still there', async () => {
    const it = await beside();
    const number = freshNumber();
    const form = await askFor(it, number);
    await it.button('Use a different number').click();
    await form.reaches('idle');
    expect(await form.number.inputValue()).toBe(
      asShown(number)
        .replace('+1 ', '(')
        .replace(' ', ') ')
        .replace(/ (\d{4})$/, '-$1'),
    );
  });

  it('S5.47 an account without a number adds one', async () => {
    const number = freshNumber();
    const it = await beside(number);
    await it.page.request.post(`${demo().url}/api/auth/update-user`, {
      data: { phoneNumber: null },
      headers: { origin: demo().url },
    });
    await it.page.reload();
    await setting(it, 'none').waitFor();
    expect((await userOf(it)).phoneNumber).toBeNull();

    const other = freshNumber();
    const form = await askFor(it, other);
    await form.code.fill(demo().codeFor(other));
    await setting(it, 'verified').getByText(asShown(other)).waitFor();
    await it.page.getByText('Your number is verified.').waitFor();
    expect((await userOf(it)).phoneNumber).toBe(other);
  });

  it('S5.47, 8.25 from the unverified state a code is really sent, to the number that the account has', async () => {
    const { it, number } = await unproven();
    await it.page.getByText('Not verified').waitFor();
    await it.passTime(60_000);
    const before = demo().textsTo(number).length;
    await it.button('Send verification code').click();
    await inForm(it).reaches('verify');
    await expect.poll(() => demo().textsTo(number).length).toBe(before + 1);
    await inForm(it).code.fill(demo().codeFor(number));
    await setting(it, 'verified').waitFor();
    expect(await it.page.getByText('Not verified').isVisible()).toBe(false);
  });

  it('S5.47 a message that could not be sent is said there too', async () => {
    const { it, number } = await unproven();
    await it.page.route(SEND, (route) => route.fulfill({ status: 502, json: { code: 'SEND_OTP_FAILED' } }));
    await it.button('Send verification code').click();
    await it.complains('The message could not be sent.');
    expect(await inForm(it).code.isVisible()).toBe(false);
    await it.button('Cancel').click();
    await setting(it, 'unverified').getByText(asShown(number)).waitFor();
  });

  it('S5.47, S5.48 a verified number is changed, or "Cancel" leaves it', async () => {
    const number = freshNumber();
    const it = await beside(number);
    await it.button('Change phone number').click();
    await it.button('Cancel').click();
    await setting(it, 'verified').getByText(asShown(number)).waitFor();

    const other = freshNumber();
    await it.button('Change phone number').click();
    const form = await askFor(it, other);
    await form.code.fill(demo().codeFor(other));
    await setting(it, 'verified').getByText(asShown(other)).waitFor();
    expect((await userOf(it)).phoneNumber).toBe(other);
  });
});

describe.skipIf(!hasBrowser)('the account page of somebody whose number nobody has proven', () => {
  const { demo, visit, freshNumber } = useDemo();

  it('S5.47 says so, and sends a code that proves it', async () => {
    const number = freshNumber();
    const form = await visit({ as: number });
    const answer = await form.page.request.get(`${demo().url}/api/auth/get-session`);
    await demo().unverify(((await answer.json()) as { user: { id: string } }).user.id);
    await form.page.reload();
    await form.settles();
    expect(await form.account.getByText('Not verified').isVisible()).toBe(true);
    await form.passTime(60_000);

    await form.button('Send verification code').click();
    await form.shows('Confirm your number');
    await form.code.fill(demo().codeFor(number));

    await form.settles();
    expect(await form.account.getByText('Not verified').isVisible()).toBe(false);
    expect(await form.account.getByText('Verified', { exact: true }).isVisible()).toBe(true);
    expect(form.complaints).toEqual([]);
  });
});
