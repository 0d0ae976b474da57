import { PHONE_AUTH_ERRORS } from 'nestjs-phone-auth';
import type { Route } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

const SEND = '**/phone-number/send-otp';
const VERIFY = '**/phone-number/verify';

const TROUBLES: { name: string; act: (route: Route) => Promise<void>; words: string | RegExp }[] = [
  {
    name: 'the server answers 502 SEND_OTP_FAILED',
    act: (route) => route.fulfill({ status: 502, json: { code: 'SEND_OTP_FAILED' } }),
    words: 'could not be sent',
  },
  {
    name: 'a proxy answers 502 with a page',
    act: (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
    words: 'Something went wrong on our side',
  },
  { name: 'the network fails', act: (route) => route.abort(), words: 'cannot reach the server' },
  {
    name: 'the server answers a code that the page does not know',
    act: (route) => route.fulfill({ status: 418, json: { code: 'NEW_IN_2030' } }),
    words: 'NEW_IN_2030',
  },
];

describe.skipIf(!hasBrowser)('errors on the sign-in page', () => {
  const { visit, freshNumber } = useDemo();
  let form: SignInPage;
  let number: string;
  beforeEach(async () => {
    form = await visit();
    number = freshNumber();
  });

  it.each(TROUBLES)(
    'S5.46 while sending, $name: it is shown and the person can go on',
    async ({ act, words }) => {
      await form.page.route(SEND, act, { times: 1 });
      await form.number.fill(number);
      await form.send.click();
      await form.complains(words);
      expect(await form.number.getAttribute('aria-invalid')).not.toBe('true');

      await form.send.click();

      await form.reaches('verify');
    },
  );

  it.each(TROUBLES)(
    'S5.46 while verifying, $name: it is shown and the code is kept',
    async ({ act, words }) => {
      await form.page.route(VERIFY, act, { times: 1 });
      await form.askForCode(number);
      const code = form.demo.codeFor(number);
      await form.code.fill(code);
      await form.complains(words);
      expect(await form.code.inputValue()).toBe(code);

      await form.verify.click();

      await form.reaches('success');
    },
  );

  it('S5.46 shows why another code could not be sent, and still offers it', async () => {
    await form.askForCode(number);
    await form.passTime(30_000);
    await form.page.route(SEND, (route) => route.abort(), { times: 1 });
    await form.sendAgain.click();
    await form.complains('cannot reach the server');

    await form.sendAgain.click();

    await expect.poll(() => form.messages.count()).toBe(2);
  });

  it('S5.46 shows why signing out failed, and stays signed in', async () => {
    await form.askForCode(number);
    await form.code.fill(form.demo.codeFor(number));
    await form.page.route('**/sign-out', (route) => route.abort());

    await form.signOut.click();

    await form.complains('cannot reach the server');
    expect(await form.state()).toBe('success');
  });

  it('S5.46 shows that the session could not be read', async () => {
    await form.page.route('**/get-session', (route) => route.fulfill({ status: 503, body: '' }));
    await form.page.reload();

    await form.complains('Something went wrong');
    expect(await form.state()).toBe('idle');
  });

  it('counts down a pause that the server asks for before sending', async () => {
    await form.page.route(SEND, rateLimited, { times: 1 });
    await form.number.fill(number);
    await form.send.click();
    await form.complains('too often');
    await expect.poll(() => form.send.textContent()).toMatch(/^Try again in 0:(42|41|40)$/);

    await form.send.click({ force: true });
    expect(form.demo.textsTo(number)).toHaveLength(0);
    await form.page.clock.fastForward(42_000);
    await expect.poll(() => form.send.textContent()).toBe('Text me a code');
    await form.send.click();

    await form.reaches('verify');
  });

  it('counts down a pause that the server asks for before verifying', async () => {
    await form.page.route(VERIFY, rateLimited, { times: 1 });
    await form.askForCode(number);
    await form.code.fill(form.demo.codeFor(number));
    await form.complains('too often');
    await expect.poll(() => form.verify.textContent()).toMatch(/^Try again in 0:(42|41|40)$/);

    await form.page.clock.fastForward(42_000);
    await form.verify.click();

    await form.reaches('success');
  });

  it('shows the real limit of the server', async () => {
    await form.askForCode(number);
    for (const [sent, delay] of [30, 40, 60, 90].entries()) {
      await form.passTime(delay * 1_000);
      await form.sendAgain.click();
      await expect.poll(() => form.demo.textsTo(number).length).toBe(sent + 2);
      await form.reaches('verify');
    }
    // five messages in a row are the most, until an hour of rest
    await form.page.getByText(/Send again in (60|59):\d\d/).waitFor();
  });

  it('has a sentence for every code of the server', async () => {
    const codes = Object.keys(PHONE_AUTH_ERRORS);
    const untranslated = await form.page.evaluate(
      `import('/js/sentences.js').then(({ sentenceFor }) =>
        ${JSON.stringify(codes)}.filter((code) => sentenceFor({ code }).includes(code)))`,
    );

    expect(untranslated).toEqual([]);
  });
});

const rateLimited = (route: Route) =>
  route.fulfill({ status: 429, json: { code: 'RATE_LIMITED', retryAfter: 42 } });
