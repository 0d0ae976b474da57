import { createAuthClient } from 'better-auth/client';
import { phoneNumberClient } from 'better-auth/client/plugins';
import { captcha } from 'better-auth/plugins';
import { type ChallengeOptions, PHONE_AUTH_ERRORS, PhoneAuthService } from 'nestjs-phone-auth';
import { turnstile } from 'nestjs-phone-auth/captcha';
import { createPhoneAuthClient } from 'nestjs-phone-auth/client';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { api, freshNumber, wrong } from '../support/api.js';
import { CaptchaServer, oddAnswers } from '../support/captcha-server.js';
import { platforms, startOn } from '../support/platforms.js';

const SECRET = 'the-secret-of-the-widget';
const PASSWORD = 'correct horse';
/** Requests that an address and a number have in a minute. */
const MAX = 2;

const MISSING = { statusCode: 400, code: 'MISSING_RESPONSE', message: 'Missing CAPTCHA response' };
const FAILED = { statusCode: 403, code: 'VERIFICATION_FAILED', message: 'Captcha verification failed' };
const UNKNOWN = {
  statusCode: 503,
  code: 'SERVICE_UNAVAILABLE',
  message: 'The challenge could not be checked. Solve a new one and try again.',
};

let provider: CaptchaServer;
beforeAll(async () => {
  provider = await CaptchaServer.start(SECRET);
});
afterEach(() => provider.reset());
afterAll(() => provider.close());

let addresses = 0;
/** From an address of his own, with or without a token. */
function from(captchaToken?: string): Record<string, string> {
  addresses += 1;
  return {
    'x-forwarded-for': `198.51.${addresses >> 8}.${addresses & 255}`,
    ...(captchaToken !== undefined && { 'x-captcha-response': captchaToken }),
  };
}
const human = () => from(provider.solve());

async function startWith(platform: (typeof platforms)[number], challenge: Omit<ChallengeOptions, 'verify'>) {
  const verify = turnstile({ secret: SECRET, endpoint: provider.endpoint });
  const t = await startOn(platform, {
    trustProxy: true,
    options: { rateLimit: { max: MAX }, challenge: { verify, ...challenge } },
  });
  return { ...t, ...api(t) };
}

const codesFor = (t: TestApp, phoneNumber: string) =>
  t.app.get(DataSource).getRepository(PhoneAuthCode).countBy({ phoneNumber });

describe.each(platforms)("challenge: { when: 'always' } on $name", (platform) => {
  let t: Awaited<ReturnType<typeof startWith>>;
  beforeAll(async () => {
    t = await startWith(platform, { when: 'always' });
    await t.app.listen(0, '127.0.0.1');
  });
  afterAll(() => t.close());

  const RESET = '/phone-number/request-password-reset';
  /** Everything that sends a message or tries a password, for one number. */
  const attempts = (phoneNumber: string) => ({
    'send-otp': (headers: Record<string, string>) => t.sendOtp(phoneNumber, headers),
    'request-password-reset': (headers: Record<string, string>) => t.post(RESET, { phoneNumber }, headers),
    'sign-in by password': (headers: Record<string, string>) =>
      t.post('/sign-in/phone-number', { phoneNumber, password: PASSWORD }, headers),
  });
  const names = ['send-otp', 'request-password-reset', 'sign-in by password'] as const;
  const sent = async (phoneNumber: string) => {
    await t.settled();
    return t.inbox.messagesFor(phoneNumber).length + (await codesFor(t, phoneNumber));
  };

  it.each(names)('R34 %s without a token is 400: no message, no code, and nothing counted', async (name) => {
    const phoneNumber = freshNumber();
    const attempt = attempts(phoneNumber)[name];
    for (let i = 0; i <= MAX; i += 1) {
      const { body } = await attempt(from()).expect(400);
      expect(body).toMatchObject(MISSING);
    }
    expect(await sent(phoneNumber)).toBe(0);
    expect(provider.questions).toEqual([]);
    // the number's own bucket is as full as it was
    for (let i = 0; i < MAX; i += 1) expect((await attempt(human())).status).not.toBe(429);
  });

  it.each(names)(
    'R34 %s with a wrong token is 403: no message, no code, and nothing counted',
    async (name) => {
      const phoneNumber = freshNumber();
      const attempt = attempts(phoneNumber)[name];
      for (let i = 0; i <= MAX; i += 1) {
        const { body } = await attempt(from('made up')).expect(403);
        expect(body).toMatchObject(FAILED);
      }
      expect(await sent(phoneNumber)).toBe(0);
      expect((await attempt(human())).status).not.toBe(429);
    },
  );

  it.each([
    ['answers a page of its own', oddAnswers['a page of HTML']!],
    ['is down', oddAnswers['an outage']!],
  ])('R34, R8 where the provider %s it is 503, and nothing is sent', async (_, answer) => {
    const phoneNumber = freshNumber();
    const token = provider.solve();
    provider.answerWith(answer);
    const { body } = await t.sendOtp(phoneNumber, from(token)).expect(503);
    expect(body).toMatchObject(UNKNOWN);
    expect(await sent(phoneNumber)).toBe(0);
  });

  it('R34 with a good token it is 200, once: the provider knows what was used', async () => {
    const phoneNumber = freshNumber();
    const token = provider.solve();
    const headers = from(token);
    await t.sendOtp(phoneNumber, headers).expect(200);
    expect(provider.questions).toEqual([
      { secret: SECRET, response: token, remoteip: headers['x-forwarded-for'] },
    ]);
    const { body } = await t.sendOtp(phoneNumber, from(token)).expect(403);
    expect(body).toMatchObject(FAILED);
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(1);
  });

  it.each(names)('R34 %s is counted for the number when a human asks', async (name) => {
    const attempt = attempts(freshNumber())[name];
    for (let i = 0; i < MAX; i += 1) expect((await attempt(human())).status).not.toBe(429);
    const { body } = await attempt(human()).expect(429);
    expect(body).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('R34 the limit per address stays in front, and spares the provider', async () => {
    const here = from('made up');
    for (let i = 0; i < MAX; i += 1) await t.sendOtp(freshNumber(), here).expect(403);
    await t.sendOtp(freshNumber(), here).expect(429);
    expect(provider.questions).toHaveLength(MAX);
  });

  it('R34 what is no number is said so, and the token stays good', async () => {
    const token = provider.solve();
    const { body } = await t.sendOtp('+1202', from(token)).expect(400);
    expect(body).toMatchObject({ code: 'INVALID_PHONE_NUMBER' });
    await t.sendOtp(freshNumber(), from(token)).expect(200);
  });

  it('R34 a code is proven without another challenge, and a password signs in with one', async () => {
    const phoneNumber = freshNumber();
    const code = await t.codeFor(phoneNumber, human());
    await t.verify(phoneNumber, code, {}, from()).expect(200);
    t.clock.advance({ minutes: 1 });
    await t.post(RESET, { phoneNumber }, human()).expect(200);
    await t.settled();
    await t.resetPassword(phoneNumber, t.inbox.lastCodeFor(phoneNumber), PASSWORD).expect(200);
    const { body } = await attempts(phoneNumber)['sign-in by password'](human()).expect(200);
    expect(body).toMatchObject({ user: { phoneNumber } });
  });

  it('R34 a caller of the service hands on the token, and one request is one token', async () => {
    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    await expect(service.sendOtp({ phoneNumber })).rejects.toMatchObject({ code: 'MISSING_RESPONSE' });
    await expect(service.requestPasswordReset(phoneNumber)).rejects.toMatchObject({
      code: 'MISSING_RESPONSE',
    });

    const request = { phoneNumber, captchaToken: provider.solve(), ipAddress: '203.0.113.9' };
    await service.sendOtp(request);
    expect(provider.questions.at(-1)).toMatchObject({ remoteip: '203.0.113.9' });
    await expect(service.sendOtp(request)).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    await service.requestPasswordReset(phoneNumber, { captchaToken: provider.solve() });
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(1);
  });

  it('R34 the official Better Auth client sends the header through fetchOptions', async () => {
    const client = createAuthClient({
      baseURL: await t.app.getUrl(),
      basePath: '/auth',
      plugins: [phoneNumberClient()],
    });
    const phoneNumber = freshNumber();
    const withToken = () => ({ fetchOptions: { headers: human() } });
    const bare = await client.phoneNumber.sendOtp({ phoneNumber, fetchOptions: { headers: from() } });
    expect(bare.error).toMatchObject({ status: 400, code: 'MISSING_RESPONSE' });
    expect((await client.phoneNumber.sendOtp({ phoneNumber, ...withToken() })).error).toBeNull();
    const reset = await client.phoneNumber.requestPasswordReset({ phoneNumber, ...withToken() });
    expect(reset.error).toBeNull();
    const signedIn = await client.signIn.phoneNumber({ phoneNumber, password: PASSWORD, ...withToken() });
    expect(signedIn.error).toMatchObject({ code: 'INVALID_PHONE_NUMBER_OR_PASSWORD' });
  });

  it('R34 our own client sends it as captchaToken', async () => {
    const { auth } = createPhoneAuthClient({ baseURL: await t.app.getUrl() });
    const phoneNumber = freshNumber();
    const bare = await auth.phoneNumber.sendOTP({ phoneNumber }, { headers: from() });
    expect(bare.error).toMatchObject({ status: 400, code: 'MISSING_RESPONSE' });
    const call = { captchaToken: provider.solve(), headers: from() };
    expect((await auth.phoneNumber.sendOTP({ phoneNumber }, call)).error).toBeNull();
  });
});

describe("challenge: { when: 'always', routes }", () => {
  const [platform] = platforms;
  let t: Awaited<ReturnType<typeof startWith>>;
  beforeAll(async () => {
    t = await startWith(platform!, { when: 'always', routes: ['verify', 'reset-password'] });
  });
  afterAll(() => t.close());

  it('R34 keeps machines from using up the guesses of a code, by whatever route', async () => {
    const phoneNumber = freshNumber();
    const code = await t.codeFor(phoneNumber, from());
    const guess = { phoneNumber, code: wrong(code) };
    for (let i = 0; i <= MAX; i += 1) {
      expect((await t.post('/phone-number/verify', guess, from())).body).toMatchObject(MISSING);
      await t.post('/sign-in/phone-number', guess, from('made up')).expect(403);
    }
    const { body } = await t.post('/sign-in/phone-number', guess, human()).expect(400);
    expect(body).toMatchObject({ code: 'INVALID_OTP', attemptsRemaining: 2 });
    t.clock.advance({ minutes: 1 });
    await t.verify(phoneNumber, code, {}, human()).expect(200);
  });

  it('R34 asks for a token where a code links a number, or sets a password', async () => {
    const phoneNumber = freshNumber();
    const { body } = await t.verify(phoneNumber, await t.codeFor(phoneNumber, from()), {}, human());
    const { token } = body as { token: string };
    const signedIn = (headers: Record<string, string>) => ({ ...headers, authorization: `Bearer ${token}` });

    const other = freshNumber();
    const code = await t.codeFor(other, signedIn(from()));
    const link = { updatePhoneNumber: true };
    const bare = await t.verify(other, code, link, signedIn(from())).expect(400);
    expect(bare.body).toMatchObject(MISSING);
    const linked = await t.verify(other, code, link, signedIn(human())).expect(200);
    expect(linked.body).toMatchObject({ user: { phoneNumber: other } });

    t.clock.advance({ minutes: 1 });
    await t.post('/phone-number/request-password-reset', { phoneNumber: other }, from()).expect(200);
    await t.settled();
    const reset = { phoneNumber: other, otp: t.inbox.lastCodeFor(other), newPassword: PASSWORD };
    const tokenless = await t.post('/phone-number/reset-password', reset, from()).expect(400);
    expect(tokenless.body).toMatchObject(MISSING);
    await t.post('/phone-number/reset-password', reset, human()).expect(200);
  });

  it('R34 counts for the number in one bucket, on this side of the challenge and on the other', async () => {
    const phoneNumber = freshNumber();
    for (let i = 0; i < MAX; i += 1) await t.sendOtp(phoneNumber, from()).expect(200);
    const { body } = await t.verify(phoneNumber, '000000', {}, human()).expect(429);
    expect(body).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('R34 leaves the other routes as they are, the number’s bucket included', async () => {
    const phoneNumber = freshNumber();
    const password = { phoneNumber, password: PASSWORD };
    for (let i = 0; i < MAX; i += 1) await t.post('/sign-in/phone-number', password, from()).expect(401);
    await t.post('/sign-in/phone-number', password, from()).expect(429);
    expect(provider.questions).toEqual([]);
  });
});

describe('the words of a challenge', () => {
  it('R34 are those of Better Auth’s captcha plugin', () => {
    const { $ERROR_CODES } = captcha({ provider: 'cloudflare-turnstile', secretKey: SECRET });
    for (const code of ['MISSING_RESPONSE', 'VERIFICATION_FAILED'] as const)
      expect(PHONE_AUTH_ERRORS[code]).toBe($ERROR_CODES[code].message);
  });
});
