import { createPhoneAuthClient, type PhoneAuthClientOptions } from 'nestjs-phone-auth/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber, wrong } from '../support/api.js';
import { CookieJar } from '../support/cookie-jar.js';
import { listenOn, type ListeningApp } from '../support/listening.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';

const COOKIE = 'better-auth.session_token';

describe.each(everyAdapterAndDatabase)('nestjs-phone-auth/client on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, { additionalFields: { nickname: { type: 'string' } } });
  });
  afterAll(() => t.close());

  /** A page of the application, its client, and the session changes that it heard of. */
  const openPage = (options: PhoneAuthClientOptions = {}) => {
    const jar = new CookieJar(t.origin);
    const { auth } = createPhoneAuthClient<{ nickname: string | null }>({ fetch: jar.fetch, ...options });
    const changes: string[] = [];
    auth.onSessionChange((change) => changes.push(change));
    const codeFor = async (phoneNumber: string) => {
      expect((await auth.phoneNumber.sendOTP({ phoneNumber })).error).toBeNull();
      return t.inbox.lastCodeFor(phoneNumber);
    };
    const signIn = async (phoneNumber = freshNumber()) => {
      const { data, error } = await auth.phoneNumber.verify({
        phoneNumber,
        code: await codeFor(phoneNumber),
      });
      if (error) throw new Error(error.message);
      return { phoneNumber, ...data };
    };
    return { auth, jar, changes, codeFor, signIn };
  };

  it('S1.42, 8.16 phoneNumber.sendOTP({ phoneNumber }) sends a code, and sendOtp is the same', async () => {
    const { auth } = openPage();
    const phoneNumber = freshNumber();
    const sent = {
      success: true,
      message: 'code sent',
      expiresIn: 300,
      resendAfter: 0,
      challenge: expect.any(String),
    };
    expect(await auth.phoneNumber.sendOTP({ phoneNumber })).toEqual({ data: sent, error: null });
    expect(await auth.phoneNumber.sendOtp({ phoneNumber })).toEqual({ data: sent, error: null });
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(2);
  });

  it('S4.50 phoneNumber.delivery({ challenge }) says what became of the message', async () => {
    const { auth } = openPage();
    const { data } = await auth.phoneNumber.sendOTP({ phoneNumber: freshNumber() });
    await t.settled();
    const { challenge = '' } = data ?? {};
    expect(await auth.phoneNumber.delivery({ challenge })).toEqual({ data: { status: 'sent' }, error: null });
    expect((await auth.phoneNumber.delivery({ challenge: 'x' })).error).toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
      status: 404,
    });
  });

  it('S1.43, 8.16 phoneNumber.verify({ phoneNumber, code }) signs up, with a field of the host, and sets the cookie', async () => {
    const { auth, jar, changes, codeFor } = openPage();
    const phoneNumber = freshNumber();
    const code = await codeFor(phoneNumber);
    const { data } = await auth.phoneNumber.verify({ phoneNumber, code, nickname: 'Ada' });
    expect(data).toMatchObject({
      success: true,
      verified: true,
      status: true,
      isNewUser: true,
      user: { phoneNumber, phoneNumberVerified: true, nickname: 'Ada' },
    });
    expect(data?.session?.expiresAt).toEqual(new Date(t.clock.now() + 7 * 86_400_000));
    expect(data?.user.createdAt).toBeInstanceOf(Date);
    expect(data?.user.updatedAt).toBeInstanceOf(Date);
    expect(jar.attributesOf(COOKIE)).toMatchObject({ httponly: '', 'max-age': '604800' });
    expect(changes).toEqual(['signed-in']);
  });

  it('S1.43 verify with disableSession proves the number and signs nobody in', async () => {
    const { auth, jar, changes, codeFor } = openPage();
    const phoneNumber = freshNumber();
    const code = await codeFor(phoneNumber);
    const { data } = await auth.phoneNumber.verify({ phoneNumber, code, disableSession: true });
    expect(data).toMatchObject({ token: null, session: null, user: { phoneNumberVerified: true } });
    expect([jar.names, changes]).toEqual([[], []]);
  });

  it('S1.43 verify with updatePhoneNumber gives the account another number and keeps the session', async () => {
    const { auth, changes, codeFor, signIn } = openPage();
    const { token, user } = await signIn();
    const phoneNumber = freshNumber();
    const code = await codeFor(phoneNumber);
    const { data } = await auth.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
    expect(data).toMatchObject({ token, user: { id: user.id, phoneNumber }, isNewUser: false });
    expect(changes).toEqual(['signed-in', 'updated']);
  });

  it('S1.44, 8.16 signIn.phoneNumber({ phoneNumber, code }) signs in', async () => {
    const { auth, jar, changes, codeFor } = openPage();
    const phoneNumber = freshNumber();
    const code = await codeFor(phoneNumber);
    const { data } = await auth.signIn.phoneNumber({ phoneNumber, code });
    expect(data).toMatchObject({ token: expect.any(String), user: { phoneNumber } });
    expect(data?.session.expiresAt).toBeInstanceOf(Date);
    expect([jar.names, changes]).toEqual([[COOKIE], ['signed-in']]);
    expect((await auth.getSession()).data?.user.phoneNumber).toBe(phoneNumber);
  });

  it('S1.45, 8.16 requestPasswordReset and resetPassword set a password, which then signs in', async () => {
    const { auth, jar, changes, signIn } = openPage();
    const { phoneNumber, user } = await signIn();
    const done = { data: { success: true, status: true }, error: null };
    const asked = {
      data: { ...done.data, expiresIn: 300, resendAfter: 0, challenge: expect.any(String) },
      error: null,
    };
    expect(await auth.phoneNumber.requestPasswordReset({ phoneNumber })).toEqual(asked);
    await t.settled();
    const otp = t.inbox.lastCodeFor(phoneNumber);
    const newPassword = 'correct horse';
    expect(await auth.phoneNumber.resetPassword({ phoneNumber, otp, newPassword })).toEqual(done);
    expect((await auth.getSession()).data).toBeNull();

    const { data } = await auth.signIn.phoneNumber({ phoneNumber, password: newPassword, rememberMe: false });
    expect(data?.user?.id).toBe(user.id);
    expect(jar.attributesOf(COOKIE)).not.toHaveProperty('max-age');
    expect(changes).toEqual(['signed-in', 'updated', 'signed-in']);
  });

  it('S3.29, S3.31, S3.32 twoFactor and stepUp: turned on, signed in by both, turned off', async () => {
    const page = openPage();
    const { phoneNumber, user } = await page.signIn();
    await page.auth.phoneNumber.requestPasswordReset({ phoneNumber });
    await t.settled();
    const password = 'correct horse';
    const otp = t.inbox.lastCodeFor(phoneNumber);
    await page.auth.phoneNumber.resetPassword({ phoneNumber, otp, newPassword: password });

    await page.auth.signIn.phoneNumber({ phoneNumber, password });
    const early = await page.auth.twoFactor.enable({ password });
    expect(early.error).toMatchObject({ code: 'RECENT_OTP_REQUIRED', status: 403 });
    const asked = await page.auth.stepUp.sendOtp();
    const maskedPhoneNumber = `+1********${phoneNumber.slice(-2)}`;
    expect(asked.data).toMatchObject({ success: true, expiresIn: 300, maskedPhoneNumber });
    await t.settled();
    const before = page.jar.header;
    const proven = await page.auth.stepUp.verify({ code: t.inbox.lastCodeFor(phoneNumber) });
    expect(proven.data?.user.id).toBe(user.id);
    expect(page.jar.header).not.toBe(before);
    const enabled = await page.auth.twoFactor.enable({ password });
    expect(enabled.data?.user.twoFactorEnabled).toBe(true);
    expect(page.changes).toEqual(['signed-in', 'updated', 'signed-in', 'updated', 'updated']);

    const other = openPage();
    const { data: pending } = await other.auth.signIn.phoneNumber({ phoneNumber, password });
    if (!pending?.requiresTwoFactor) throw new Error('no second factor was asked for');
    expect([pending.maskedPhoneNumber, other.changes, other.jar.names]).toEqual([maskedPhoneNumber, [], []]);
    const { tempToken } = pending;
    expect((await other.auth.twoFactor.sendOtp({ tempToken })).error).toBeNull();
    await t.settled();
    const code = t.inbox.lastCodeFor(phoneNumber);
    const wrongly = await other.auth.twoFactor.verifyOtp({ tempToken, code: wrong(code) });
    expect(wrongly.error).toMatchObject({ code: 'INVALID_OTP', attemptsRemaining: 2 });
    const { data } = await other.auth.twoFactor.verifyOtp({ tempToken, code });
    expect([data?.user.id, other.changes]).toEqual([user.id, ['signed-in']]);

    const disabled = await other.auth.twoFactor.disable({ password });
    expect(disabled.data?.user.twoFactorEnabled).toBe(false);
  });

  it('S1.46 baseURL may be an origin, and basePath another path', async () => {
    const at = (options: PhoneAuthClientOptions) => createPhoneAuthClient(options).auth.getSession();
    expect(await at({ baseURL: t.origin })).toEqual({ data: null, error: null });
    expect(await at({ baseURL: `${t.origin}/`, basePath: 'auth/' })).toEqual({ data: null, error: null });
    expect((await at({ baseURL: t.origin, basePath: '/api/auth' })).error).toMatchObject({
      code: 'UNKNOWN',
      status: 404,
    });
  });

  it('S1.47 hears of every change of the session, and of no failure', async () => {
    const { auth, changes, signIn } = openPage();
    const phoneNumber = freshNumber();
    await auth.phoneNumber.verify({ phoneNumber, code: '000000' });
    await auth.updateUser({ name: 'Ada' });
    expect(changes).toEqual([]);

    await signIn(phoneNumber);
    expect((await auth.updateUser({ name: 'Ada', nickname: 'ada' })).data).toEqual({ status: true });
    expect((await auth.getSession()).data?.user).toMatchObject({ name: 'Ada', nickname: 'ada' });
    expect((await auth.signOut()).data).toEqual({ success: true });
    expect((await auth.getSession()).data).toBeNull();
    expect(changes).toEqual(['signed-in', 'updated', 'signed-out']);
  });

  it('S1.47 tells the end of its own session from that of another', async () => {
    const [desk, phone] = [openPage(), openPage()];
    const { phoneNumber } = await desk.signIn();
    await phone.signIn(phoneNumber);

    const { data: sessions } = await desk.auth.listSessions();
    expect(sessions?.map(({ createdAt }) => createdAt)).toEqual([expect.any(Date), expect.any(Date)]);
    const other = sessions?.find(({ id, token }) => id === token);
    const own = sessions?.find(({ id, token }) => id !== token);
    await desk.auth.revokeSession({ token: other?.token ?? '' });
    expect([desk.changes, (await phone.auth.getSession()).data]).toEqual([['signed-in'], null]);
    await desk.auth.revokeSession({ token: own?.token ?? '' });
    expect([desk.changes, desk.jar.names]).toEqual([['signed-in', 'signed-out'], []]);
  });

  it('S1.47 revokeOtherSessions goes on, revokeSessions ends it all', async () => {
    const [desk, phone] = [openPage(), openPage()];
    const { phoneNumber } = await desk.signIn();
    await phone.signIn(phoneNumber);
    expect((await desk.auth.revokeOtherSessions()).data).toEqual({ status: true });
    expect((await phone.auth.getSession()).data).toBeNull();
    expect((await desk.auth.getSession()).data?.user.phoneNumber).toBe(phoneNumber);
    expect((await desk.auth.revokeSessions()).data).toEqual({ status: true });
    expect((await desk.auth.getSession()).data).toBeNull();
    expect(desk.changes).toEqual(['signed-in', 'signed-out']);
  });

  it('S1.47 changePassword goes on with a new session where it ends the others', async () => {
    const { phoneNumber, password } = await t.routes.signUpWithPassword();
    const { auth, changes, jar } = openPage();
    await auth.signIn.phoneNumber({ phoneNumber, password });
    const before = jar.header;
    const wrongOne = await auth.changePassword({ currentPassword: 'not it', newPassword: 'another horse' });
    expect(wrongOne.error).toMatchObject({ code: 'INVALID_PASSWORD', status: 400 });

    const kept = await auth.changePassword({ currentPassword: password, newPassword: 'another horse' });
    expect([kept.data?.token, jar.header]).toEqual([null, before]);
    const renewed = await auth.changePassword({
      currentPassword: 'another horse',
      newPassword: password,
      revokeOtherSessions: true,
    });
    expect(renewed.data?.token).toEqual(expect.any(String));
    expect(jar.header).not.toBe(before);
    expect((await auth.getSession()).data?.session.token).toBe(renewed.data?.token);
    expect(changes).toEqual(['signed-in', 'signed-in']);
  });

  it('gives errors as data, with the guesses that are left', async () => {
    const { auth, codeFor } = openPage();
    const phoneNumber = freshNumber();
    const code = await codeFor(phoneNumber);
    const guess = async () => (await auth.phoneNumber.verify({ phoneNumber, code: wrong(code) })).error;
    expect(await guess()).toEqual({
      code: 'INVALID_OTP',
      status: 400,
      message: 'Invalid OTP',
      attemptsRemaining: 2,
    });
    await guess();
    await guess();
    expect(await guess()).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', status: 403 });
    expect((await auth.listSessions()).error).toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
  });

  it('works without cookies: the token is kept by the app and sent as bearer', async () => {
    let kept: string | null = null;
    const { auth, jar, signIn } = openPage({
      baseURL: t.origin,
      credentials: 'omit',
      token: () => kept,
      onToken: (token) => {
        kept = token;
      },
    });
    const { token, user } = await signIn();
    expect([kept, jar.names]).toEqual([token, []]);
    expect((await auth.getSession()).data?.user.id).toBe(user.id);
    expect((await auth.updateUser({ phoneNumber: null })).data).toEqual({ status: true });
    expect((await auth.getSession()).data?.user).toMatchObject({
      phoneNumber: null,
      phoneNumberVerified: false,
    });
    await auth.signOut();
    expect(kept).toBeNull();
    const dead = createPhoneAuthClient({ baseURL: t.origin, token: token ?? '' });
    expect((await dead.auth.getSession()).data).toBeNull();
  });

  it('a call that is aborted, or finds nobody, is an error', async () => {
    const { auth } = openPage();
    const aborted = await auth.getSession({ signal: AbortSignal.abort() });
    expect(aborted.error).toMatchObject({ code: 'NETWORK_ERROR', status: 0, cause: { name: 'AbortError' } });
    const nobody = createPhoneAuthClient({ baseURL: 'http://127.0.0.1:1' }).auth;
    expect((await nobody.getSession()).error).toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
    expect((await createPhoneAuthClient().auth.getSession()).error?.code).toBe('NETWORK_ERROR');
  });
});

describe('nestjs-phone-auth/client', () => {
  it('S1.46 baseURL "/api" goes to /api/auth, below the global prefix of the host', async () => {
    const platform = { adapter: 'express', database: 'sqlite' } as const;
    const t = await listenOn(platform, {}, (app) => app.setGlobalPrefix('api'));
    const { fetch } = new CookieJar(t.origin);
    const { auth } = createPhoneAuthClient({ baseURL: '/api', fetch });
    const phoneNumber = freshNumber();
    await auth.phoneNumber.sendOTP({ phoneNumber });
    const code = t.inbox.lastCodeFor(phoneNumber);
    expect((await auth.signIn.phoneNumber({ phoneNumber, code })).data?.user.phoneNumber).toBe(phoneNumber);
    expect((await auth.getSession()).data?.user.phoneNumber).toBe(phoneNumber);
    await t.close();
  });

  it('gives the seconds to wait where a limit is reached', async () => {
    const platform = { adapter: 'express', database: 'sqlite' } as const;
    const t = await listenOn(platform, { rateLimit: { window: 60_000, max: 1 } });
    const { auth } = createPhoneAuthClient({ baseURL: t.origin });
    const phoneNumber = freshNumber();
    await auth.phoneNumber.sendOTP({ phoneNumber });
    expect((await auth.phoneNumber.sendOTP({ phoneNumber })).error).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      retryAfter: 60,
    });
    await t.close();
  });
});
