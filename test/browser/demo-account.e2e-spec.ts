import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { otherThan } from '../support/demo.js';
import { useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

describe.skipIf(!hasBrowser)('the phone number on the account page', () => {
  const { demo, visit, freshNumber } = useDemo();
  const signedIn = async () => {
    const number = freshNumber();
    const form = await visit({ as: number });
    return { form, number };
  };

  it('S5.39 moves the account to another number, which then signs in to it', async () => {
    const { form, number } = await signedIn();
    const other = freshNumber();
    await askToChange(form, other);
    // the phone still shows what came for the number before, until it looks again
    await expect.poll(() => demo().textsTo(other)).toHaveLength(1);
    await expect.poll(() => form.codeOnPhone()).toBe(demo().codeFor(other));
    await form.code.fill(demo().codeFor(other));
    await form.settles();
    expect(await shownNumber(form)).toBe(other);
    expect(await form.page.locator('#account-notice').textContent()).toBe('Your number has been changed.');
    await expect.poll(() => demo().textsTo(number)[0]).toContain('was changed');
    const joined = await joinedAt(form);

    await form.signOut.click();
    await form.askForCode(other);
    await form.code.fill(demo().codeFor(other));
    await form.settles();

    expect(await shownNumber(form)).toBe(other);
    expect(await joinedAt(form)).toBe(joined);
    expect(form.complaints).toEqual([]);
  });

  it('says that a number belongs to another account, and lets another be typed', async () => {
    const taken = freshNumber();
    await demo().register(taken);
    const { form, number } = await signedIn();
    await askToChange(form, taken);
    await form.code.fill(demo().codeFor(taken));

    await form.complains('This number already belongs to an account.');
    await form.shows('Change your number');
    expect(await form.focused()).toBe('number');
    await form.button('Cancel').click();
    expect(await shownNumber(form)).toBe(number);
  });

  it('S5.43 S5.45 clears a wrong code for the new number and says how many attempts are left', async () => {
    const { form } = await signedIn();
    const other = freshNumber();
    await askToChange(form, other);

    await form.code.fill(otherThan(demo().codeFor(other)));

    await form.complains('2 attempts left');
    expect(await form.code.inputValue()).toBe('');
  });

  it('S5.44 counts down to another code for the new number, and then really sends it', async () => {
    const { form } = await signedIn();
    const other = freshNumber();
    await askToChange(form, other);
    await form.page.getByText(/Send again in 0:(30|29|28)/).waitFor();

    await form.passTime(30_000);
    await form.sendAgain.click();
    await expect.poll(() => demo().textsTo(other)).toHaveLength(2);
    await form.page.getByText(/Send again in 0:(40|39|38)/).waitFor();
    await form.code.fill(demo().codeFor(other));

    await form.settles();
    expect(await shownNumber(form)).toBe(other);
  });

  it('S5.48 "Change" and "Cancel" lead to another number and back without one', async () => {
    const { form, number } = await signedIn();
    await form.button('Change phone number').click();
    await form.shows('Change your number');
    expect(await form.focused()).toBe('number');

    await form.button('Cancel').click();

    await form.shows('You are signed in');
    expect(await form.focused()).toBe('change-number');
    expect(await shownNumber(form)).toBe(number);
  });

  it('S5.48 "Cancel" and "Use a different number" leave the code for a new number', async () => {
    const { form, number } = await signedIn();
    await askToChange(form, freshNumber());
    await form.useDifferentNumber.click();
    await form.shows('Change your number');
    await form.passTime(30_000);
    await form.send.click();
    await form.reaches('verify');

    await form.button('Cancel').click();

    await form.reaches('success');
    expect(await shownNumber(form)).toBe(number);
    expect(await form.focused()).toBe('change-number');
  });

  it('waits for the code of the new number after a reload', async () => {
    const { form } = await signedIn();
    const other = freshNumber();
    await askToChange(form, other);

    await form.page.reload();
    await form.shows('Confirm your new number');
    await form.code.fill(demo().codeFor(other));

    await form.settles();
    expect(await shownNumber(form)).toBe(other);
  });

  it('goes back to the first step when the session has ended meanwhile', async () => {
    const { form } = await signedIn();
    const other = freshNumber();
    await askToChange(form, other);
    await form.page.context().clearCookies();

    await form.code.fill(demo().codeFor(other));

    await form.page.getByText('You are no longer signed in.').first().waitFor();
    await form.shows('Sign in');
    expect(await form.focused()).toBe('number');
  });

  it('lets somebody try everything within a minute, from one address and one number', async () => {
    const form = await visit();
    const [number, other] = [freshNumber(), freshNumber()];
    await form.askForCode(number);
    await form.code.fill(demo().codeFor(number));
    await form.settles();
    await form.button('Set a password').click();
    await typeNewPassword(form, number, 2);
    await form.settles();
    await askToChange(form, other);
    await form.code.fill(demo().codeFor(other));
    await form.settles();
    await form.signOut.click();
    await form.button('Use a password instead').click();
    await form.button('Forgot your password?').click();
    await form.askForCode(other);
    await typeNewPassword(form, other, 2);
    await form.page.locator('#password').fill('three words in a row');
    await form.send.click();

    await form.settles();
    expect(await shownNumber(form)).toBe(other);
  });
});

async function typeNewPassword(form: SignInPage, number: string, texts: number): Promise<void> {
  await expect.poll(() => form.demo.textsTo(number)).toHaveLength(texts);
  await form.code.fill(form.demo.codeFor(number));
  await form.page.locator('#new-password').fill('three words in a row');
  await form.verify.click();
}

async function askToChange(form: SignInPage, number: string): Promise<void> {
  await form.button('Change phone number').click();
  await form.number.fill(number);
  await form.send.click();
  await form.shows('Confirm your new number');
  await form.messages.first().waitFor();
}

/** In E.164 form. */
async function shownNumber(form: SignInPage): Promise<string> {
  return (await form.page.locator('#account-number').innerText()).replaceAll(' ', '');
}

async function joinedAt(form: SignInPage): Promise<unknown> {
  const body = JSON.parse(await form.page.locator('#me-body').innerText()) as { joinedAt: unknown };
  return body.joinedAt;
}
