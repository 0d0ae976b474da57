import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { asShown, useDemo } from '../support/demo-visits.js';

describe.skipIf(!hasBrowser)('the fields of the sign-in page', () => {
  const { visit, freshNumber } = useDemo();

  it.each([
    { locale: 'de-AT', country: 'AT' },
    { locale: 'ja', country: 'JP' },
    { locale: 'en', country: 'US' },
  ])('takes $country as the country of somebody who reads $locale', async ({ locale, country }) => {
    const form = await visit({ locale });
    expect(await form.country.inputValue()).toBe(country);
  });

  it('formats a number while it is typed', async () => {
    const form = await visit();
    await form.number.pressSequentially('2025550123');
    expect(await form.number.inputValue()).toBe('(202) 555-0123');
  });

  it('lets every character of a formatted number be deleted', async () => {
    const form = await visit();
    await form.number.pressSequentially('2025550123');
    for (let presses = 0; presses < 20; presses += 1) await form.number.press('Backspace');
    expect(await form.number.inputValue()).toBe('');
  });

  it('keeps the caret where a digit was put in', async () => {
    const form = await visit();
    await form.number.pressSequentially('202555123');
    for (let presses = 0; presses < 3; presses += 1) await form.number.press('ArrowLeft');
    await form.page.keyboard.type('04');
    expect(await form.number.inputValue()).toMatch(/^\D*202\D*555\D*04\D*123$/);
  });

  it('switches the country when a whole number is pasted', async () => {
    const form = await visit();
    await form.number.focus();
    await form.paste('+4915112345678');
    expect(await form.country.inputValue()).toBe('DE');
    expect(await form.number.inputValue()).toBe('01511 2345678');
  });

  it('sends the number in E.164 form', async () => {
    const form = await visit();
    await form.country.selectOption('GB');
    await form.number.fill('07400 123456');
    const request = form.page.waitForRequest('**/send-otp');
    await form.send.click();
    expect((await request).postDataJSON()).toEqual({ phoneNumber: '+447400123456' });
  });

  it.each([
    { typed: '', words: 'Enter your phone number' },
    { typed: '202', words: 'too short for United States' },
    { typed: '20255501234567', words: 'too long for United States' },
    { typed: '5555555555', words: 'not a phone number in United States' },
  ])('says what is wrong with "$typed"', async ({ typed, words }) => {
    const form = await visit();
    await form.number.fill(typed);
    await form.send.click();
    await form.complains(words);
    expect(await form.focused()).toBe('number');
  });

  it('fills in an example number for whoever is only looking', async () => {
    const form = await visit({ locale: 'de-DE' });
    await form.page.getByRole('button', { name: 'Use an example number' }).click();
    expect(await form.country.inputValue()).toBe('US');
    await form.send.click();
    await form.reaches('verify');
  });

  it('finds the code in a pasted message', async () => {
    const number = freshNumber();
    const form = await visit();
    await form.askForCode(number);
    await form.paste(`At 9:41: ${form.demo.textsTo(number)[0]}`);
    await expect.poll(() => form.state()).toBe('success');
  });

  it('takes nothing but digits for a code', async () => {
    const form = await visit();
    await form.askForCode(freshNumber());
    await form.code.pressSequentially('a1 2-');
    expect(await form.code.inputValue()).toBe('12');
    await form.code.press('Enter');
    await form.complains('all 6 digits');
  });

  it('lets the browser read the code out of the message (WebOTP), and stops asking when it is left', async () => {
    const number = freshNumber();
    const form = await visit();
    await form.page.evaluate(`{
      globalThis.OTPCredential = class {};
      globalThis.aborts = 0;
      navigator.credentials.get = ({ signal }) => new Promise((resolve, reject) => {
        globalThis.deliver = (code) => resolve({ code });
        signal.addEventListener('abort', () => { globalThis.aborts += 1; reject(signal.reason); });
      });
    }`);
    await form.askForCode(number);
    await form.useDifferentNumber.click();
    expect(await form.page.evaluate('globalThis.aborts')).toBe(1);

    form.demo.passTime(30_000);
    await form.send.click();
    await form.reaches('verify');
    await form.page.evaluate(`globalThis.deliver('${form.demo.codeFor(number)}')`);

    await form.reaches('success');
  });

  it('tells browsers and screen readers what the number field is', async () => {
    const form = await visit();
    expect(await attributes(form.number, 'type', 'autocomplete', 'aria-invalid')).toEqual([
      'tel',
      'tel',
      null,
    ]);

    await form.send.click();

    await form.complains('Enter your phone number');
    expect(await attributes(form.number, 'aria-invalid', 'aria-describedby')).toEqual([
      'true',
      'number-error number-hint',
    ]);
    expect(await form.page.locator('#number-error').getAttribute('role')).toBe('alert');
  });

  it('tells browsers and screen readers what the code field is', async () => {
    const number = freshNumber();
    const form = await visit();
    await form.askForCode(number);

    expect(await attributes(form.code, 'autocomplete', 'inputmode', 'maxlength', 'aria-describedby')).toEqual(
      ['one-time-code', 'numeric', '6', 'code-expiry'],
    );
    expect(await form.page.getByRole('status').textContent()).toBe(`A code was sent to ${asShown(number)}.`);
    expect(await form.page.getByRole('status').getAttribute('aria-live')).toBe('polite');
  });

  it.each([360, 375, 768, 1280])('fits into %i px without scrolling sideways', async (width) => {
    const number = freshNumber();
    const form = await visit({ viewport: { width, height: 740 } });
    const overflow = () =>
      form.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

    expect(await overflow()).toBe(0);
    await form.askForCode(number);
    expect(await overflow()).toBe(0);
    await form.code.fill(form.demo.codeFor(number));
    await form.settles();
    expect(await overflow()).toBe(0);
    await form.button('Change phone number').click();
    expect(await overflow()).toBe(0);
    await form.button('Cancel').click();
    await form.signOut.click();
    await form.button('Use a password instead').click();
    expect(await overflow()).toBe(0);
  });

  it('runs under a policy that allows no script but its own', async () => {
    const form = await visit();
    const response = await form.page.reload();
    const policy = response?.headers()['content-security-policy'] ?? '';

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe-|\*|https?:/);
  });

  it('does without the drawn phone where there is none', async () => {
    const number = freshNumber();
    const form = await visit();
    await form.page.route('**/demo/messages*', (route) => route.fulfill({ status: 404, json: {} }));
    await form.askForCode(number);
    await form.page.locator('#phone').waitFor({ state: 'hidden' });
    await form.code.fill(form.demo.codeFor(number));
    await expect.poll(() => form.state()).toBe('success');
  });
});

type Attributed = { getAttribute(name: string): Promise<string | null> };

const attributes = (element: Attributed, ...names: string[]) =>
  Promise.all(names.map((name) => element.getAttribute(name)));
