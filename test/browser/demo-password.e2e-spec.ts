import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { otherThan } from '../support/demo.js';
import { useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'three words in a row';

describe.skipIf(!hasBrowser)('passwords on the sign-in page', () => {
  const { demo, visit, freshNumber } = useDemo();

  it('signs in with a password', async () => {
    const number = freshNumber();
    await demo().register(number, PASSWORD);
    const form = await visit();

    await signIn(form, number, PASSWORD);

    await form.reaches('success');
    expect(form.complaints).toEqual([]);
  });

  it('says that number or password is wrong, for an account as for none, and keeps the number', async () => {
    const number = freshNumber();
    await demo().register(number, PASSWORD);
    const form = await visit();
    for (const tried of [number, freshNumber()]) {
      await signIn(form, tried, 'not this one');
      await form.complains('The number or the password is not right.');
      expect(await form.focused()).toBe('password');
      expect(await form.number.inputValue()).not.toBe('');
      await form.page.reload();
      await form.reaches('idle');
    }
  });

  it('keeps the number when switching between code and password', async () => {
    const form = await visit();
    await form.number.fill('2025550123');
    await form.button('Use a password instead').click();
    expect(await form.focused()).toBe('password');

    await form.button('Use a code instead').click();

    expect(await form.number.inputValue()).toBe('(202) 555-0123');
    expect(await form.page.locator('#password').isVisible()).toBe(false);
    expect(await form.send.textContent()).toBe('Text me a code');
  });

  it('leads from an unproven number into the code step', async () => {
    const number = freshNumber();
    await demo().unverify(await demo().register(number, PASSWORD));
    const form = await visit();

    await signIn(form, number, PASSWORD);
    await form.reaches('verify');
    expect(await form.page.locator('#code-notice').textContent()).toContain('Confirm once');
    await form.code.fill(demo().codeFor(number));

    await form.settles();
  });

  it('shows the password to whoever asks, and tells browsers which one it is', async () => {
    const form = await visit();
    await form.button('Use a password instead').click();
    const password = form.page.locator('#password');
    expect(await password.getAttribute('autocomplete')).toBe('current-password');

    await form.button('Show password').click();
    expect(await password.getAttribute('type')).toBe('text');
    await form.button('Hide password').click();

    expect(await password.getAttribute('type')).toBe('password');
  });

  it('counts down a pause that the server asks for', async () => {
    const form = await visit();
    await form.page.route('**/sign-in/phone-number', (route) =>
      route.fulfill({ status: 429, json: { code: 'RATE_LIMITED', retryAfter: 42 } }),
    );

    await signIn(form, freshNumber(), PASSWORD);

    await form.complains('too often');
    await expect.poll(() => form.send.textContent()).toMatch(/^Try again in 0:4\d$/);
  });

  it('resets a forgotten password by SMS and signs in with the new one', async () => {
    const number = freshNumber();
    await demo().register(number, PASSWORD);
    const form = await visit();

    await askForReset(form, number);
    await form.page
      .getByText(/^If .* has an account, a code is on its way\.$/)
      .first()
      .waitFor();
    await expect.poll(() => demo().textsTo(number)[0]).toContain('reset');
    await form.code.fill(demo().codeFor(number));
    expect(await form.focused()).toBe('new-password');
    await form.page.locator('#new-password').fill(NEW_PASSWORD);
    await form.verify.click();
    await form.page.getByText('Your new password is set.').first().waitFor();
    expect(await form.focused()).toBe('password');
    await form.page.keyboard.type(NEW_PASSWORD);
    await form.page.keyboard.press('Enter');

    await form.reaches('success');
  });

  it('says the same of a number that has no account', async () => {
    const number = freshNumber();
    const form = await visit();

    await askForReset(form, number);

    await form.page
      .getByText(/^If .* has an account, a code is on its way\.$/)
      .first()
      .waitFor();
    expect(demo().textsTo(number)).toEqual([]);
  });

  it('asks for a longer password before a code is spent', async () => {
    const number = freshNumber();
    await demo().register(number, PASSWORD);
    const form = await visit();
    await askForReset(form, number);
    await expect.poll(() => demo().textsTo(number)[0]).toContain('reset');
    const field = form.page.locator('#new-password');
    await form.code.fill(demo().codeFor(number));
    await field.fill('short');
    await form.verify.click();
    await form.complains('at least 8 characters');
    expect(await form.focused()).toBe('new-password');

    await field.fill(NEW_PASSWORD);
    await form.verify.click();

    await form.page.getByText('Your new password is set.').first().waitFor();
  });

  it('S5.45 says how many attempts a reset code has left', async () => {
    const number = freshNumber();
    await demo().register(number, PASSWORD);
    const form = await visit();
    await askForReset(form, number);
    await expect.poll(() => demo().textsTo(number)[0]).toContain('reset');

    await form.code.fill(otherThan(demo().codeFor(number)));
    await form.page.locator('#new-password').fill(NEW_PASSWORD);
    await form.verify.click();

    await form.complains('2 attempts left');
    expect(await form.code.inputValue()).toBe('');
  });

  it('S5.48 "Start over" goes from a reset back to an empty first step', async () => {
    const form = await visit();
    await askForReset(form, freshNumber());

    await form.button('Start over').click();

    await form.shows('Sign in');
    expect(await form.number.inputValue()).toBe('');
    expect(await form.focused()).toBe('number');
  });
});

async function signIn(form: SignInPage, number: string, password: string): Promise<void> {
  await form.button('Use a password instead').click();
  await form.number.fill(number);
  await form.page.locator('#password').fill(password);
  await form.send.click();
}

async function askForReset(form: SignInPage, number: string): Promise<void> {
  await form.button('Use a password instead').click();
  await form.button('Forgot your password?').click();
  await form.number.fill(number);
  await form.send.click();
  await form.reaches('verify');
}
