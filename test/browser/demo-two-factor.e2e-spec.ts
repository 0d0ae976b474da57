import { beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { otherThan } from '../support/demo.js';
import { useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

const PASSWORD = 'correct horse battery';
const MINUTE = 60_000;

describe.skipIf(!hasBrowser)('a code beside the password', () => {
  const { demo, visit, freshNumber } = useDemo();
  let number: string;
  let form: SignInPage;

  const masked = () => `+1••••••••${number.slice(-2)}`;
  const switchOf = ({ page }: SignInPage) =>
    page.getByRole('switch', { name: 'Ask for a code when I sign in with my password' });
  const isOn = (page: SignInPage) => switchOf(page).getAttribute('aria-checked');

  /** The next message to the number, once it has come. */
  const nextCode = async (seen: number) => {
    await expect.poll(() => demo().textsTo(number).length).toBeGreaterThan(seen);
    return demo().codeFor(number);
  };
  const giveNextCode = async (page: SignInPage, seen: number) => page.code.fill(await nextCode(seen));
  const count = () => demo().textsTo(number).length;

  /** From the account page, with a session in which a code was just given. */
  const turnOn = async (page: SignInPage) => {
    await switchOf(page).click();
    await page.shows('Ask for a code as well');
    await page.page.getByRole('textbox', { name: 'Your password' }).fill(PASSWORD);
    await page.button('Turn on').click();
    await page.settles();
  };
  const enterPassword = async (page: SignInPage) => {
    await page.button('Use a password instead').click();
    await page.number.fill(number);
    await page.page.locator('#password').fill(PASSWORD);
    await page.send.click();
  };
  /** Signed out, with a second factor, and at the field for the code. */
  const atTheCode = async () => {
    await turnOn(form);
    await form.signOut.click();
    demo().passTime(MINUTE);
    const seen = count();
    await enterPassword(form);
    await form.reaches('verify');
    return nextCode(seen);
  };

  beforeEach(async () => {
    number = freshNumber();
    await demo().register(number, PASSWORD);
    form = await visit({ as: number });
  });

  it('is turned on with the password, and asked for at the next sign-in', async () => {
    expect(await isOn(form)).toBe('false');
    await turnOn(form);
    await form.page.locator('#account-notice').getByText('we ask for a code after your password').waitFor();
    expect([await isOn(form), await form.focused()]).toEqual(['true', 'two-factor']);
    await form.page.getByText('sign in with it and a code').waitFor();

    await form.signOut.click();
    demo().passTime(MINUTE);
    const seen = count();
    await enterPassword(form);
    await form.shows('Enter the code');
    await form.page.getByText(`Your password is right. We sent a code to ${masked()}.`).first().waitFor();
    expect(await form.focused()).toBe('code');
    expect(await form.page.getByRole('status').textContent()).toContain(`ending in ${number.slice(-2)}.`);
    await expect.poll(() => demo().textsTo(number)[0]).toContain('finish signing in');
    await giveNextCode(form, seen);
    await form.settles();
    expect(await isOn(form)).toBe('true');
    expect(form.complaints).toEqual([]);
  });

  it('says what is wrong, how many attempts are left, and when another code may be sent', async () => {
    const code = await atTheCode();
    await form.code.fill(otherThan(code));
    await form.complains('That is not the right code. 2 attempts left.');
    expect(await form.code.getAttribute('aria-invalid')).toBe('true');
    await form.page.getByText(/Send again in 0:\d\d/).waitFor();
    expect(await form.useDifferentNumber.isVisible()).toBe(false);

    await form.passTime(MINUTE);
    const seen = count();
    await form.sendAgain.click();
    await giveNextCode(form, seen);
    await form.settles();
  });

  it('the code is typed on after a reload, as after a trip to the messages', async () => {
    const code = await atTheCode();
    await form.page.reload();
    await form.shows('Enter the code');
    await form.page.getByText(masked()).first().waitFor();
    await form.code.fill(code);
    await form.settles();
    expect(form.complaints).toEqual([]);
  });

  it('"Cancel" goes back to the password, with the number still there', async () => {
    await atTheCode();
    await form.button('Cancel').click();
    await form.reaches('idle');
    expect(await form.focused()).toBe('password');
    expect(await form.number.inputValue()).not.toBe('');
  });

  it('after five minutes the sign-in begins anew', async () => {
    await atTheCode();
    await form.passTime(5 * MINUTE);
    await form.reaches('idle');
    await form.page.locator('#number-notice').getByText('That took too long.').waitFor();
    expect(await form.focused()).toBe('password');
  });

  it('a code alone leads to the password', async () => {
    await turnOn(form);
    await form.signOut.click();
    demo().passTime(MINUTE);
    const seen = count();
    await form.askForCode(number);
    await giveNextCode(form, seen);
    await form.page.locator('#number-notice').getByText('This account also wants its password').waitFor();
    expect(await form.focused()).toBe('password');

    demo().passTime(MINUTE);
    const again = count();
    await form.page.locator('#password').fill(PASSWORD);
    await form.send.click();
    await form.reaches('verify');
    await giveNextCode(form, again);
    await form.settles();
  });

  it('R46, A48 a reset says why it is refused', async () => {
    await turnOn(form);
    await form.signOut.click();
    demo().passTime(MINUTE);
    await form.button('Use a password instead').click();
    await form.button('Forgot your password?').click();
    const seen = count();
    await form.askForCode(number);
    await giveNextCode(form, seen);
    await form.page.locator('#new-password').fill('three words in a row');
    await form.verify.click();
    await form.complains('A code alone cannot stand in for the password');
    await form.shows('Sign in');
    expect(await form.signOut.isVisible()).toBe(false);
  });

  it('after five minutes, turning it off asks for a code first', async () => {
    await turnOn(form);
    demo().passTime(6 * MINUTE);
    await switchOf(form).click();
    await form.shows('Stop asking for a code');
    await form.page.getByRole('textbox', { name: 'Your password' }).fill(PASSWORD);
    const seen = count();
    await form.button('Turn off').click();
    await form.shows('Confirm that it is you');
    expect(await form.focused()).toBe('code');
    await giveNextCode(form, seen);
    await form.settles();
    expect([await isOn(form), await form.focused()]).toEqual(['false', 'two-factor']);

    await form.signOut.click();
    await enterPassword(form);
    await form.settles();
  });

  it('says that the password is wrong, and "Cancel" changes nothing', async () => {
    await switchOf(form).click();
    await form.button('Turn on').click();
    await form.complains('Enter a password');
    await form.page.getByRole('textbox', { name: 'Your password' }).fill('not this one');
    await form.button('Turn on').click();
    await form.complains('not your current password');
    expect(await form.focused()).toBe('two-factor-password');
    await form.button('Cancel').click();
    await form.reaches('success');
    expect([await isOn(form), await form.focused()]).toEqual(['false', 'two-factor']);
  });

  it('the switch is worked by keyboard', async () => {
    await switchOf(form).focus();
    await form.page.keyboard.press('Space');
    await form.shows('Ask for a code as well');
    expect(await form.focused()).toBe('two-factor-password');
    await form.page.keyboard.type(PASSWORD);
    await form.page.keyboard.press('Enter');
    await form.settles();
    expect(await isOn(form)).toBe('true');
  });

  it('a change of the number asks for a code to the present one first', async () => {
    await turnOn(form);
    demo().passTime(6 * MINUTE);
    const next = freshNumber();
    await form.button('Change phone number').click();
    await form.page.getByRole('textbox', { name: 'New phone number' }).fill(next);
    await form.send.click();
    await form.reaches('verify');
    await expect.poll(() => demo().textsTo(next)).toHaveLength(1);
    const seen = count();
    await form.code.fill(demo().codeFor(next));
    await form.shows('Confirm that it is you');
    await giveNextCode(form, seen);
    await form.shows('Confirm your new number');
    await form.page.locator('#code-notice').getByText('Now the code that we sent to').waitFor();
    await form.code.fill(demo().codeFor(next));
    await form.settles();
    await form.page.locator('#account-notice').getByText('Your number has been changed.').waitFor();
  });

  it('without a password there is nothing to switch', async () => {
    const plain = await visit({ as: freshNumber() });
    await plain.page.getByText('set a password first').waitFor();
    expect(await switchOf(plain).isVisible()).toBe(false);
  });
});
