import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'three words in a row';

describe.skipIf(!hasBrowser)('the password on the account page', () => {
  const { demo, visit, freshNumber } = useDemo();
  const withPassword = async () => {
    const number = freshNumber();
    await demo().register(number, PASSWORD);
    const form = await visit({ as: number });
    return { form, number };
  };

  it('sets a first password by a code to the own number and stays signed in', async () => {
    const number = freshNumber();
    const form = await visit({ as: number });
    await form.page.getByText('you sign in with a code').waitFor();

    await form.button('Set a password').click();
    await form.shows('Choose a new password');
    await expect.poll(() => demo().textsTo(number)[0]).toContain('reset');
    await form.code.fill(demo().codeFor(number));
    await form.page.locator('#new-password').fill(PASSWORD);
    await form.verify.click();
    await form.settles();
    await form.page.getByText('sign in with it or with a code').waitFor();
    expect(form.complaints).toEqual([]);

    await form.signOut.click();
    await signIn(form, number, PASSWORD);
    await form.settles();
  });

  it('changes a password, and the old one is wrong from then on', async () => {
    const { form, number } = await withPassword();

    await changePassword(form, PASSWORD, NEW_PASSWORD);
    await form.page.locator('#account-notice').getByText('Your password has been changed.').waitFor();
    await form.settles();
    await form.signOut.click();
    await signIn(form, number, PASSWORD);
    await form.complains('The number or the password is not right.');
    await form.page.locator('#password').fill(NEW_PASSWORD);
    await form.send.click();

    await form.settles();
    expect(form.complaints.filter((words) => !words.includes('401'))).toEqual([]);
  });

  it('says which password is wrong, and how', async () => {
    const { form } = await withPassword();
    await form.button('Change password').click();

    for (const { now, next, at, words } of [
      { now: '', next: NEW_PASSWORD, at: 'current-password', words: 'Enter a password' },
      { now: 'not this one', next: NEW_PASSWORD, at: 'current-password', words: 'not your current' },
      { now: PASSWORD, next: 'short', at: 'next-password', words: 'at least 8' },
      { now: PASSWORD, next: 'x'.repeat(200), at: 'next-password', words: 'at most 128' },
    ]) {
      await fillPasswords(form, now, next);
      await form.complains(words);
      await expect.poll(() => form.focused()).toBe(at);
      expect(await form.page.locator(`#${at}`).getAttribute('aria-invalid')).toBe('true');
    }
  });

  it('signs other devices out with the change, unless that is unticked', async () => {
    const { form, number } = await withPassword();
    const other = await visit({ as: number });

    await form.button('Change password').click();
    await form.page.getByLabel('Sign out other devices').uncheck();
    await fillPasswords(form, PASSWORD, NEW_PASSWORD);
    await form.settles();
    await other.page.reload();
    await other.settles();
    await changePassword(form, NEW_PASSWORD, PASSWORD);
    await form.settles();
    await other.page.reload();

    await other.reaches('idle');
    expect(await form.page.locator('.session').count()).toBe(1);
  });

  it('S5.48 "Cancel" leaves the password as it is', async () => {
    const { form } = await withPassword();
    await form.button('Change password').click();
    expect(await form.focused()).toBe('current-password');

    await form.button('Cancel').click();

    await form.reaches('success');
    expect(await form.focused()).toBe('change-password');
  });
});

async function changePassword(form: SignInPage, now: string, next: string): Promise<void> {
  await form.button('Change password').click();
  await fillPasswords(form, now, next);
}

async function fillPasswords(form: SignInPage, now: string, next: string): Promise<void> {
  await form.page.locator('#current-password').fill(now);
  await form.page.locator('#next-password').fill(next);
  await form.page.locator('#save-password').click();
}

async function signIn(form: SignInPage, number: string, password: string): Promise<void> {
  await form.button('Use a password instead').click();
  await form.number.fill(number);
  await form.page.locator('#password').fill(password);
  await form.send.click();
}
