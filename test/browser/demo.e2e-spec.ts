import { beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { otherThan } from '../support/demo.js';
import { asShown, useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

const SEND = '**/phone-number/send-otp';
const VERIFY = '**/phone-number/verify';

describe.skipIf(!hasBrowser)('the sign-in page', () => {
  const { visit, freshNumber } = useDemo();
  let form: SignInPage;
  let number: string;
  beforeEach(async () => {
    form = await visit();
    number = freshNumber();
  });

  it('S5.42 goes from idle through sending, verify and verifying to success', async () => {
    const gate = await hold(form, SEND, VERIFY);

    await form.number.fill(number);
    await form.send.click();
    await form.reaches('sending');
    gate.open();
    await form.reaches('verify');

    await form.code.fill(form.demo.codeFor(number));
    await form.reaches('verifying');
    gate.open();
    await expect.poll(() => form.state()).toBe('success');
  });

  it('S5.42 shows an error and stays where it was', async () => {
    await form.number.fill('+1 202');
    await form.send.click();

    await form.complains('too short');
    expect(await form.state()).toBe('idle');
  });

  it('signs in with the code on the phone beside the form, without a complaint from the browser', async () => {
    await form.askForCode(number);
    await form.code.fill(await form.codeOnPhone());

    await form.reaches('success');
    expect(await form.account.getByText(asShown(number)).isVisible()).toBe(true);
    expect(await form.account.getByText('Verified', { exact: true }).isVisible()).toBe(true);
    expect(await form.page.getByText(/in 7 days/).isVisible()).toBe(true);
    await form.page.getByText(`Hello ${number}`).waitFor();
    expect(form.complaints).toEqual([]);
  });

  it('keeps the session over a reload', async () => {
    await form.askForCode(number);
    await form.code.fill(form.demo.codeFor(number));
    await form.reaches('success');

    await form.page.reload();

    await form.reaches('success');
    expect(await form.account.getByText(asShown(number)).isVisible()).toBe(true);
  });

  it('signs out, also for the next visit', async () => {
    await form.askForCode(number);
    await form.code.fill(form.demo.codeFor(number));
    await form.signOut.click();
    await form.reaches('idle');

    await form.page.reload();

    await expect.poll(() => form.state()).toBe('idle');
  });

  it('S5.43 clears a wrong code and waits for another', async () => {
    await form.askForCode(number);
    const code = form.demo.codeFor(number);

    await form.code.fill(otherThan(code));
    await form.complains('not the right code');
    expect(await form.code.inputValue()).toBe('');
    expect(await form.focused()).toBe('code');

    await form.code.fill(code);
    await form.reaches('success');
  });

  it('S5.45 says how many attempts are left', async () => {
    await form.askForCode(number);
    const wrong = otherThan(form.demo.codeFor(number));

    await form.code.fill(wrong);
    await form.complains('2 attempts left');
    await form.code.fill(wrong);
    await form.complains('1 attempt left');
    expect(await form.state()).toBe('verify');
  });

  it('S5.43 asks for a new code after three wrong ones, and the new one works', async () => {
    await form.askForCode(number);
    const wrong = otherThan(form.demo.codeFor(number));
    for (const words of ['2 attempts', '1 attempt', 'No attempts left']) {
      await form.code.fill(wrong);
      await form.complains(words);
    }
    expect(await form.code.isDisabled()).toBe(true);
    expect(await form.focused()).toBe('resend-wait');
    expect(await form.sendAgain.isVisible()).toBe(false);

    await form.passTime(30_000);
    expect(await form.focused()).toBe('resend');
    await form.sendAgain.click();
    await expect.poll(() => form.messages.count()).toBe(2);
    await form.code.fill(await form.codeOnPhone());

    await form.reaches('success');
  });

  it.each(['TOO_MANY_ATTEMPTS', 'OTP_EXPIRED', 'OTP_NOT_FOUND'])(
    'S5.43 offers a new code when the server says %s',
    async (code) => {
      await form.page.route(VERIFY, (route) => route.fulfill({ status: 403, json: { code } }));
      await form.askForCode(number);

      await form.code.fill('123456');

      await form.complains(/Ask for a new one/);
      await form.page.getByText(/Send again in 0:(30|2\d)/).waitFor();
      expect(await form.code.isDisabled()).toBe(true);
    },
  );

  it('S5.44 offers to send again when the countdown of the server is over, and then really sends', async () => {
    await form.askForCode(number);
    await form.page.getByText(/Send again in 0:(30|29|28)/).waitFor();
    expect(await form.sendAgain.isVisible()).toBe(false);

    await form.passTime(20_000);
    await form.page.getByText(/Send again in 0:(10|0\d)/).waitFor();
    await form.passTime(10_000);
    await form.sendAgain.click();

    await expect.poll(() => form.messages.count()).toBe(2);
    expect(form.demo.textsTo(number)).toHaveLength(2);
    await form.page.getByText(/Send again in 0:(40|39|38)/).waitFor();
    await form.code.fill(await form.codeOnPhone());
    await form.reaches('success');
  });

  it('counts down the time of the code and asks for a new one when it is over', async () => {
    await form.askForCode(number);
    await form.page.getByText(/good for (5:00|4:5\d)/).waitFor();

    await form.page.clock.fastForward('05:00');

    await form.complains('expired');
    expect(await form.focused()).toBe('resend');
  });

  it('waits for the same code after a reload', async () => {
    await form.askForCode(number);
    await form.page.reload();

    await form.reaches('verify');
    expect(await form.focused()).toBe('code');
    await form.code.fill(form.demo.codeFor(number));
    await expect.poll(() => form.state()).toBe('success');
  });

  it('S5.48 "Use a different number" goes back to the number, which is still there', async () => {
    await form.askForCode(number);
    await form.useDifferentNumber.click();

    await form.reaches('idle');
    expect(await form.focused()).toBe('number');
    expect(await form.number.inputValue()).toBe(`(202) 555-${number.slice(-4)}`);

    await form.askForCode('+447400123457');
    await expect.poll(() => form.codeOnPhone()).toBe(form.demo.codeFor('+447400123457'));
    await form.code.fill(await form.codeOnPhone());
    await form.reaches('success');
    expect(await form.account.getByText('+44 7400 123457').isVisible()).toBe(true);
  });

  it('needs no mouse', async () => {
    const { keyboard } = form.page;
    const tabTo = async (id: string) => {
      for (let tabs = 0; tabs < 10 && (await form.focused()) !== id; tabs += 1) await keyboard.press('Tab');
      expect(await form.focused()).toBe(id);
    };

    await tabTo('country');
    await keyboard.type('United K');
    await tabTo('number');
    await keyboard.type('07400123456');
    await keyboard.press('Enter');
    await form.reaches('verify');
    expect(await form.focused()).toBe('code');
    await keyboard.type(form.demo.codeFor('+447400123456'));
    await form.reaches('success');
    expect(await form.focused()).toBe('account-title');
    await tabTo('sign-out');
    await keyboard.press('Enter');
    await form.reaches('idle');
    expect(await form.focused()).toBe('number');
  });
});

/** Keeps each request to these paths waiting until the gate is opened for it. */
async function hold({ page }: SignInPage, ...paths: string[]) {
  const waiting: (() => void)[] = [];
  for (const path of paths) {
    await page.route(path, async (route) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await route.continue();
    });
  }
  return { open: () => waiting.shift()?.() };
}
