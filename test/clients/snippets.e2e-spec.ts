import { createAuthClient } from 'better-auth/client';
import { phoneNumberClient } from 'better-auth/client/plugins';
import { kavachos, kernia, nevr } from 'nestjs-phone-auth';
import { createPhoneAuthClient } from 'nestjs-phone-auth/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber, wrong } from '../support/api.js';
import { CookieJar } from '../support/cookie-jar.js';
import { listenOn, type ListeningApp } from '../support/listening.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';

/** What users of each system have in their front ends, word for word but for the number and the code. */
describe.each(everyAdapterAndDatabase)('the snippets of nevr on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, nevr({ sendOTP: () => {} }));
  });
  afterAll(() => t.close());

  const openPage = () => {
    const jar = new CookieJar(t.origin);
    const client = createPhoneAuthClient({ baseURL: '', basePath: '/auth', fetch: jar.fetch });
    return { client, jar };
  };

  it('8.16, S1.42, S1.44 sendOTP, then signIn.phoneNumber with the code', async () => {
    const { client, jar } = openPage();
    const phoneNumber = freshNumber();

    const sent = await client.auth.phoneNumber.sendOTP({ phoneNumber });
    expect(sent.data).toMatchObject({ success: true, expiresIn: 300 });

    const code = t.inbox.lastCodeFor(phoneNumber);
    const { data } = await client.auth.signIn.phoneNumber({ phoneNumber, code });
    expect(data).toMatchObject({
      token: expect.any(String),
      user: { id: expect.any(String), phoneNumber, phoneNumberVerified: true },
    });
    expect(jar.names).toEqual(['nevr.session_token']);
  });

  it('8.16, S1.43, S1.17 verify adds the number to the account that is signed in', async () => {
    const { client } = openPage();
    const first = freshNumber();
    await client.auth.phoneNumber.sendOTP({ phoneNumber: first });
    const signedIn = await client.auth.signIn.phoneNumber({
      phoneNumber: first,
      code: t.inbox.lastCodeFor(first),
    });

    const phoneNumber = freshNumber();
    await client.auth.phoneNumber.sendOTP({ phoneNumber });
    const code = t.inbox.lastCodeFor(phoneNumber);
    const { data } = await client.auth.phoneNumber.verify({ phoneNumber, code });
    expect(data).toMatchObject({
      success: true,
      verified: true,
      user: { id: signedIn.data?.user.id, phoneNumber },
    });
  });

  it('8.16, S1.45 requestPasswordReset, resetPassword, and signIn.phoneNumber with the password', async () => {
    const { phoneNumber } = await t.routes.signIn();
    const { client } = openPage();

    const requested = await client.auth.phoneNumber.requestPasswordReset({ phoneNumber });
    expect(requested.data).toMatchObject({ success: true });
    await t.settled();
    const otp = t.inbox.lastCodeFor(phoneNumber);
    const reset = await client.auth.phoneNumber.resetPassword({ phoneNumber, otp, newPassword: 'new-pass' });
    expect(reset.data).toMatchObject({ success: true });

    const { data } = await client.auth.signIn.phoneNumber({ phoneNumber, password: 'new-pass' });
    expect(data?.user?.phoneNumber).toBe(phoneNumber);
  });
});

describe.each(everyAdapterAndDatabase)('the snippets of KavachOS on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, kavachos({ onSendCode: () => {} }));
  });
  afterAll(() => t.close());

  const codeFor = async (phone: string) => {
    await t.settled();
    return t.inbox.lastCodeFor(phone);
  };

  it("8.16, S2.7, S2.14, S2.16 fetch: send-code, then verify-code with credentials: 'include'", async () => {
    const page = new CookieJar(t.origin);
    const phone = freshNumber();
    const sent = await page.fetch('/auth/phone/send-code', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ phone }),
    });
    expect(await sent.json()).toEqual({ success: true });

    const res = await page.fetch('/auth/phone/verify-code', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      credentials: 'include',
      body: JSON.stringify({ phone, code: await codeFor(phone) }),
    });
    const { user, session } = (await res.json()) as {
      user: { id: string; phone: string };
      session: { token: string; expiresAt: string };
    };
    expect(user.phone).toBe(phone);

    const signedIn = async (answer: Promise<Response>) =>
      ((await (await answer).json()) as { user: { id: string } } | null)?.user.id;
    expect(await signedIn(page.fetch('/auth/get-session', { credentials: 'include' }))).toBe(user.id);
    const headers = { authorization: `Bearer ${session.token}` };
    expect(await signedIn(fetch(`${t.origin}/auth/get-session`, { headers }))).toBe(user.id);
  });

  it('8.16, S2.17, S2.18 what a form shows: INVALID_CODE for a typing error, CODE_EXPIRED for a late code', async () => {
    const { auth } = createPhoneAuthClient({ baseURL: t.origin });
    const phone = freshNumber();
    expect(await auth.phone.sendCode({ phone })).toEqual({ data: { success: true }, error: null });
    const code = await codeFor(phone);
    const typo = await auth.phone.verifyCode({ phone, code: wrong(code) });
    expect(typo.error).toMatchObject({ status: 401, code: 'INVALID_CODE' });
    t.clock.advance({ seconds: 300 });
    const late = await auth.phone.verifyCode({ phone, code });
    expect(late.error).toMatchObject({ status: 401, code: 'CODE_EXPIRED' });

    await auth.phone.sendCode({ phone });
    const { data } = await auth.phone.verifyCode({ phone, code: await codeFor(phone) });
    expect(data).toMatchObject({ user: { phone }, session: { expiresAt: expect.any(Date) } });
  });

  it('8.16, S2.11 a number that is none is 422 PHONE_INVALID', async () => {
    const { auth } = createPhoneAuthClient({ baseURL: t.origin });
    const { error } = await auth.phone.sendCode({ phone: 'not-a-phone' });
    expect(error).toMatchObject({ status: 422, code: 'PHONE_INVALID' });
  });
});

describe.each(everyAdapterAndDatabase)('the snippets of Kernia on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, { path: 'api/auth', ...kernia({ sendSms: () => {} }), rateLimit: false });
  });
  afterAll(() => t.close());

  const curl = async (path: string, body: object) => {
    const answer = await fetch(`${t.origin}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, cookies: answer.headers.getSetCookie(), body: await answer.json() };
  };

  it.each(['otp', 'code'])('8.16, S4.29 send-otp and verify with phone_number and %s', async (name) => {
    const phone_number = freshNumber();
    const sent = await curl('/phone-number/send-otp', { phone_number });
    expect([sent.status, sent.body]).toEqual([200, expect.objectContaining({ success: true })]);

    const verified = await curl('/phone-number/verify', {
      phone_number,
      [name]: t.inbox.lastCodeFor(phone_number),
    });
    expect(verified.status).toBe(200);
    expect(verified.body).toMatchObject({
      status: true,
      token: expect.any(String),
      user: { phoneNumber: phone_number },
      session: { id: expect.any(String), expiresAt: expect.any(String) },
      isNewUser: true,
    });
    expect(verified.cookies[0]).toMatch(/^better-auth\.session_token=.*Max-Age=604800/);
  });

  it('8.16, S4.29 verify with disable_session', async () => {
    const phone_number = freshNumber();
    await curl('/phone-number/send-otp', { phone_number });
    const otp = t.inbox.lastCodeFor(phone_number);
    const { body, cookies } = await curl('/phone-number/verify', {
      phone_number,
      otp,
      disable_session: true,
    });
    expect([body, cookies]).toEqual([expect.objectContaining({ status: true, token: null }), []]);
  });

  it('8.16, S4.29 the reset with new_password, and the sign-in with remember_me', async () => {
    const { phoneNumber: phone_number } = await t.routes.signIn();
    const requested = await curl('/phone-number/request-password-reset', { phone_number });
    expect([requested.status, requested.body]).toEqual([200, expect.objectContaining({ success: true })]);
    await t.settled();
    const otp = t.inbox.lastCodeFor(phone_number);
    const reset = await curl('/phone-number/reset-password', { phone_number, otp, new_password: 'new-pass' });
    expect([reset.status, reset.body]).toEqual([200, expect.objectContaining({ success: true })]);

    const signIn = { phone_number, password: 'new-pass' };
    const kept = await curl('/sign-in/phone-number', { ...signIn, remember_me: true });
    expect([kept.status, kept.body]).toEqual([
      200,
      {
        token: expect.any(String),
        user: expect.objectContaining({ phoneNumber: phone_number }),
        session: { id: expect.any(String), expiresAt: expect.any(String) },
      },
    ]);
    const brief = await curl('/sign-in/phone-number', { ...signIn, remember_me: false });
    expect(kept.cookies[0]).toMatch(/Max-Age=604800/);
    expect(brief.cookies[0]).not.toMatch(/Max-Age/);
  });

  it('8.16, S4.8 the official client, as it is', async () => {
    const authClient = createAuthClient({ baseURL: t.origin, plugins: [phoneNumberClient()] });
    const phoneNumber = freshNumber();
    expect((await authClient.phoneNumber.sendOtp({ phoneNumber })).error).toBeNull();
    const code = t.inbox.lastCodeFor(phoneNumber);
    const { data } = await authClient.phoneNumber.verify({ phoneNumber, code });
    expect(data).toMatchObject({ status: true, token: expect.any(String), user: { phoneNumber } });
  });
});

describe.each(everyAdapterAndDatabase)('the snippets of Better Auth on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, { path: 'api/auth' });
  });
  afterAll(() => t.close());

  const openPage = () =>
    createAuthClient({
      baseURL: t.origin,
      plugins: [phoneNumberClient()],
      fetchOptions: { customFetchImpl: new CookieJar(t.origin).fetch },
    });

  it('8.16, S4.9, S4.10 send the code, verify the number', async () => {
    const authClient = openPage();
    const phoneNumber = freshNumber();
    const sent = await authClient.phoneNumber.sendOtp({ phoneNumber });
    expect(sent.error).toBeNull();

    const code = t.inbox.lastCodeFor(phoneNumber);
    const { data } = await authClient.phoneNumber.verify({
      phoneNumber,
      code,
      disableSession: false,
      updatePhoneNumber: false,
    });
    expect(data).toMatchObject({ status: true, user: { phoneNumber, phoneNumberVerified: true } });
    expect((await authClient.getSession()).data?.user.phoneNumber).toBe(phoneNumber);
  });

  it('8.16, S4.33 update the number of whoever is signed in', async () => {
    const authClient = openPage();
    const first = freshNumber();
    await authClient.phoneNumber.sendOtp({ phoneNumber: first });
    await authClient.phoneNumber.verify({ phoneNumber: first, code: t.inbox.lastCodeFor(first) });

    const phoneNumber = freshNumber();
    await authClient.phoneNumber.sendOtp({ phoneNumber });
    const code = t.inbox.lastCodeFor(phoneNumber);
    const updated = await authClient.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
    expect(updated.error).toBeNull();
    expect((await authClient.getSession()).data?.user.phoneNumber).toBe(phoneNumber);
  });

  it('8.16, S4.15, S4.16, S4.13 ask for a reset, set the password, sign in with it', async () => {
    const { phoneNumber } = await t.routes.signIn();
    const authClient = openPage();
    await authClient.phoneNumber.requestPasswordReset({ phoneNumber });
    await t.settled();
    const otp = t.inbox.lastCodeFor(phoneNumber);
    const reset = await authClient.phoneNumber.resetPassword({ phoneNumber, otp, newPassword: 'new-pass' });
    expect(reset.data).toMatchObject({ status: true });
    const { data } = await authClient.signIn.phoneNumber({
      phoneNumber,
      password: 'new-pass',
      rememberMe: true,
    });
    expect(data?.user.phoneNumber).toBe(phoneNumber);
  });

  it('8.16, S5.41 throw: true throws the body, with its code', async () => {
    const authClient = openPage();
    const call = authClient.phoneNumber.verify({
      phoneNumber: freshNumber(),
      code: '000000',
      fetchOptions: { throw: true },
    });
    await expect(call).rejects.toMatchObject({ status: 400, error: { code: 'OTP_NOT_FOUND' } });
  });

  it('8.16 a client that was told another path finds it', async () => {
    const authClient = createAuthClient({ baseURL: `${t.origin}/api/auth`, plugins: [phoneNumberClient()] });
    expect(await authClient.getSession()).toEqual({ data: null, error: null });
    const { auth } = createPhoneAuthClient({ baseURL: t.origin, basePath: '/api/auth' });
    expect(await auth.getSession()).toEqual({ data: null, error: null });
  });
});
