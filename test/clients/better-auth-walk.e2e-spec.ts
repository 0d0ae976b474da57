import { createAuthClient } from 'better-auth/client';
import { phoneNumberClient } from 'better-auth/client/plugins';
import { PHONE_AUTH_ERRORS, PhoneUserStore } from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseE164 } from '../../src/phone/e164.js';
import { Passwords } from '../../src/users/passwords.js';
import { freshNumber, wrong } from '../support/api.js';
import { CookieJar } from '../support/cookie-jar.js';
import { listenOn, type ListeningApp } from '../support/listening.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';

const COOKIE = 'better-auth.session_token';
const BASE = '/api/auth';
const PASSWORD = 'correct horse';
/** The validator's own choice: no other test has it. */
const REFUSED = '+12025550199';

/** A page with the official client, unchanged, and the requests that the client made. */
function openPage(origin: string, jar = new CookieJar(origin)) {
  const requests: string[] = [];
  const client = createAuthClient({
    baseURL: origin,
    plugins: [phoneNumberClient()],
    fetchOptions: {
      customFetchImpl: (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input);
        requests.push(`${init?.method} ${url.pathname.replace(BASE, '')}`);
        return jar.fetch(input, init);
      },
    },
  });
  return { client, jar, requests };
}

type Client = ReturnType<typeof openPage>['client'];

/** What the tables of the wire name for an error. */
const seen = ({
  error,
}: {
  error: { status: number; code?: string | undefined; message?: string | undefined } | null;
}) => error && [error.status, error.code, error.message];

describe.each(everyAdapterAndDatabase)('the official Better Auth client on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, {
      path: 'api/auth',
      additionalFields: { nickname: { type: 'string' }, role: { type: 'string', input: false } },
      phoneNumberValidator: (phoneNumber) => phoneNumber !== REFUSED,
    });
  });
  afterAll(() => t.close());

  const codeFor = async (client: Client, phoneNumber: string) => {
    expect((await client.phoneNumber.sendOtp({ phoneNumber })).error).toBeNull();
    return t.inbox.lastCodeFor(phoneNumber);
  };
  const resetCodeFor = async (client: Client, phoneNumber: string) => {
    expect((await client.phoneNumber.requestPasswordReset({ phoneNumber })).error).toBeNull();
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };
  const signedIn = async (phoneNumber = freshNumber()) => {
    const page = openPage(t.origin);
    const code = await codeFor(page.client, phoneNumber);
    const { data, error } = await page.client.phoneNumber.verify({ phoneNumber, code });
    if (error) throw new Error(error.message);
    return { ...page, phoneNumber, user: data.user, token: data.token };
  };
  const withPassword = async () => {
    const { phoneNumber, user } = await t.routes.signUpWithPassword(PASSWORD);
    const page = openPage(t.origin);
    await page.client.signIn.phoneNumber({ phoneNumber, password: PASSWORD });
    return { ...page, phoneNumber, user };
  };

  it('S4.8 makes every call of the phone plugin and its companions, and each succeeds', async () => {
    const { client, requests } = openPage(t.origin);
    const phoneNumber = freshNumber();
    const otp = await codeFor(client, phoneNumber);
    const verified = await client.phoneNumber.verify({ phoneNumber, code: otp });
    const read = await client.getSession();
    const reset = await client.phoneNumber.resetPassword({
      phoneNumber,
      otp: await resetCodeFor(client, phoneNumber),
      newPassword: PASSWORD,
    });
    const byPassword = await client.signIn.phoneNumber({ phoneNumber, password: PASSWORD });
    const listed = await client.listSessions();
    const renamed = await client.updateUser({ name: 'Ada' });
    const changed = await client.changePassword({ currentPassword: PASSWORD, newPassword: 'another horse' });
    const othersRevoked = await client.revokeOtherSessions();
    const revoked = await client.revokeSession({ token: 'nobody’s' });
    const allRevoked = await client.revokeSessions();
    const signedOut = await client.signOut();

    const answers = {
      verified,
      read,
      reset,
      byPassword,
      listed,
      renamed,
      changed,
      othersRevoked,
      revoked,
      allRevoked,
      signedOut,
    };
    for (const [name, { error }] of Object.entries(answers)) expect(error, name).toBeNull();
    expect(requests).toEqual([
      'POST /phone-number/send-otp',
      'POST /phone-number/verify',
      'GET /get-session',
      'POST /phone-number/request-password-reset',
      'POST /phone-number/reset-password',
      'POST /sign-in/phone-number',
      'GET /list-sessions',
      'POST /update-user',
      'POST /change-password',
      'POST /revoke-other-sessions',
      'POST /revoke-session',
      'POST /revoke-sessions',
      'POST /sign-out',
    ]);
    expect(verified.data).toMatchObject({
      status: true,
      token: read.data?.session.token,
      user: { id: read.data?.user.id, phoneNumber, phoneNumberVerified: true, name: phoneNumber },
    });
    expect(byPassword.data).toMatchObject({ token: expect.any(String), user: { phoneNumber } });
    expect(listed.data).toEqual([expect.objectContaining({ token: byPassword.data?.token })]);
    expect(changed.data).toMatchObject({ token: null, user: { phoneNumber, name: 'Ada' } });
    for (const { data } of [renamed, othersRevoked, revoked, allRevoked])
      expect(data).toEqual({ status: true });
  });

  it('S4.9 phoneNumber.sendOtp answers { message: "code sent" } among its keys', async () => {
    const { client } = openPage(t.origin);
    const { data } = await client.phoneNumber.sendOtp({ phoneNumber: freshNumber() });
    expect(data).toMatchObject({ message: 'code sent' });
  });

  it('S4.8 dates are Date in the client', async () => {
    const { client, user } = await signedIn();
    expect(user.createdAt).toBeInstanceOf(Date);
    expect((await client.getSession()).data?.session.expiresAt).toEqual(
      new Date(t.clock.now() + 7 * 86_400_000),
    );
  });

  it('S4.12 disableSession answers token null and sets no cookie', async () => {
    const { client, jar } = openPage(t.origin);
    const phoneNumber = freshNumber();
    const code = await codeFor(client, phoneNumber);
    const { data } = await client.phoneNumber.verify({ phoneNumber, code, disableSession: true });
    expect(data).toMatchObject({ status: true, token: null, user: { phoneNumberVerified: true } });
    expect(jar.names).toEqual([]);
  });

  it('S4.13, S4.14 signIn.phoneNumber with a password: a cookie for seven days, or until the browser closes', async () => {
    const { phoneNumber, user } = await withPassword();
    for (const [rememberMe, maxAge] of [
      [true, '604800'],
      [undefined, '604800'],
      [false, undefined],
    ] as const) {
      const { client, jar } = openPage(t.origin);
      const { data } = await client.signIn.phoneNumber({
        phoneNumber,
        password: PASSWORD,
        ...(rememberMe !== undefined && { rememberMe }),
      });
      expect(data).toMatchObject({ token: expect.any(String), user: { id: user.id, phoneNumber } });
      expect(jar.attributesOf(COOKIE)).toMatchObject({ httponly: '', samesite: 'Lax', path: '/' });
      expect(jar.attributesOf(COOKIE)?.['max-age']).toBe(maxAge);
    }
  });

  it('S4.15 requestPasswordReset answers status true for a known and an unknown number alike', async () => {
    const { client, phoneNumber } = await signedIn();
    const known = await client.phoneNumber.requestPasswordReset({ phoneNumber });
    const unknown = await client.phoneNumber.requestPasswordReset({ phoneNumber: freshNumber() });
    expect(known).toMatchObject({ data: { status: true }, error: null });
    // every code has a challenge of its own
    expect({ ...unknown.data, challenge: '' }).toEqual({ ...known.data, challenge: '' });
    expect(unknown.error).toBeNull();
  });

  it('S4.16 resetPassword answers status true, opens no session, and the password signs in', async () => {
    const { phoneNumber } = await signedIn();
    const { client, jar } = openPage(t.origin);
    const otp = await resetCodeFor(client, phoneNumber);
    const { data } = await client.phoneNumber.resetPassword({ phoneNumber, otp, newPassword: PASSWORD });
    expect([data, jar.names]).toEqual([expect.objectContaining({ status: true }), []]);
    expect((await client.signIn.phoneNumber({ phoneNumber, password: PASSWORD })).error).toBeNull();
  });

  it('S4.33, S5.39 updatePhoneNumber links the number, keeps the token, and the number then signs in', async () => {
    const { client, jar, token, user } = await signedIn();
    const phoneNumber = freshNumber();
    const [code, cookie] = [await codeFor(client, phoneNumber), jar.header];
    const { data } = await client.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
    expect(data).toMatchObject({
      status: true,
      token,
      user: { id: user.id, phoneNumber, phoneNumberVerified: true },
    });
    expect(jar.header).toBe(cookie);
    expect((await signedIn(phoneNumber)).user.id).toBe(user.id);
  });

  it('S4.36 getSession is { session, user } by cookie, and null without', async () => {
    const { client, user, token } = await signedIn();
    expect((await client.getSession()).data).toMatchObject({
      session: { token, userId: user.id },
      user: { id: user.id },
    });
    expect(await openPage(t.origin).client.getSession()).toEqual({ data: null, error: null });
  });

  it('S4.37 signOut answers success, takes the cookie and ends the session; also for nobody', async () => {
    const { client, jar, token } = await signedIn();
    expect((await client.signOut()).data).toEqual({ success: true });
    expect(jar.names).toEqual([]);
    const dead = await t.routes.get('/get-session', { authorization: `Bearer ${token}` });
    expect(dead.text).toBe('null');
    expect((await openPage(t.origin).client.signOut()).data).toEqual({ success: true });
  });

  it('S4.38 updateUser({ phoneNumber: null }) releases the number, and no other value is taken', async () => {
    const { client } = await signedIn();
    const update = (fields: object) => client.updateUser({ ...fields });
    expect(seen(await update({ phoneNumber: freshNumber(), name: 'Ada' }))).toEqual([
      400,
      'PHONE_NUMBER_CANNOT_BE_UPDATED',
      'Phone number cannot be updated',
    ]);
    expect(seen(await update({ phoneNumberVerified: true }))).toEqual([
      400,
      'FIELD_NOT_ALLOWED',
      'phoneNumberVerified is not allowed to be set',
    ]);
    expect((await update({ phoneNumber: null })).data).toEqual({ status: true });
    expect((await client.getSession()).data?.user).toMatchObject({
      phoneNumber: null,
      phoneNumberVerified: false,
    });
  });

  it('S4.36 useSession is the session after verify, the new profile after updateUser, and null after signOut', async () => {
    const { client } = openPage(t.origin);
    const states: { id: string | undefined; name: string | undefined }[] = [];
    const stop = client.useSession.subscribe(({ data, isPending }) => {
      if (!isPending) states.push({ id: data?.user.id, name: data?.user.name });
    });
    const becomes = (state: object) => vi.waitFor(() => expect(states.at(-1)).toEqual(state), 5_000);

    const phoneNumber = freshNumber();
    const code = await codeFor(client, phoneNumber);
    const { data } = await client.phoneNumber.verify({ phoneNumber, code });
    await becomes({ id: data?.user.id, name: phoneNumber });
    await client.updateUser({ name: 'Ada' });
    await becomes({ id: data?.user.id, name: 'Ada' });
    await client.signOut();
    await becomes({ id: undefined, name: undefined });
    stop();
  });

  it('revokeSession takes what listSessions gave as token, and its own end takes the cookie', async () => {
    const desk = await signedIn();
    const phone = await signedIn(desk.phoneNumber);
    const { data: sessions } = await desk.client.listSessions();
    expect(sessions).toHaveLength(2);
    const other = sessions?.find(({ token }) => token !== desk.token);
    expect((await desk.client.revokeSession({ token: other?.token ?? '' })).data).toEqual({ status: true });
    expect((await phone.client.getSession()).data).toBeNull();
    await desk.client.revokeSession({ token: desk.token ?? '' });
    expect(desk.jar.names).toEqual([]);
  });

  it('revokeOtherSessions keeps this one, revokeSessions none', async () => {
    const desk = await signedIn();
    const phone = await signedIn(desk.phoneNumber);
    await desk.client.revokeOtherSessions();
    expect((await phone.client.getSession()).data).toBeNull();
    expect((await desk.client.getSession()).data).not.toBeNull();
    await desk.client.revokeSessions();
    expect([desk.jar.names, (await desk.client.getSession()).data]).toEqual([[], null]);
  });

  it('changePassword with revokeOtherSessions opens a new session, with token and cookie', async () => {
    const { client, jar } = await withPassword();
    const cookie = jar.header;
    const { data } = await client.changePassword({
      currentPassword: PASSWORD,
      newPassword: 'another horse',
      revokeOtherSessions: true,
    });
    expect(data?.token).toEqual(expect.any(String));
    expect(jar.header).not.toBe(cookie);
    expect((await client.getSession()).data?.session.token).toBe(data?.token);
  });

  it('S4.40 fields of the host go along with verify and updateUser; ours refuses those that it does not know', async () => {
    const { client } = openPage(t.origin);
    const phoneNumber = freshNumber();
    const more = { nickname: 'ada' };
    const code = await codeFor(client, phoneNumber);
    const { data } = await client.phoneNumber.verify({ phoneNumber, code, ...more });
    expect(data?.user).toMatchObject({ nickname: 'ada' });
    const refused: object = { role: 'admin' };
    expect(seen(await client.updateUser({ ...refused }))).toEqual([
      400,
      'FIELD_NOT_ALLOWED',
      'role is not allowed to be set',
    ]);
    const unknown: object = { shoeSize: 44 };
    expect(seen(await client.updateUser({ ...unknown }))?.[1]).toBe('FIELD_NOT_ALLOWED');
  });

  describe('S5.41 an error has status, code and message:', () => {
    it('INVALID_PHONE_NUMBER where the validator says no', async () => {
      const { client } = openPage(t.origin);
      const phoneNumber = REFUSED;
      const expected = [400, 'INVALID_PHONE_NUMBER', 'Invalid phone number'];
      expect(seen(await client.phoneNumber.sendOtp({ phoneNumber }))).toEqual(expected);
      expect(seen(await client.signIn.phoneNumber({ phoneNumber, password: PASSWORD }))).toEqual(expected);
    });

    it('three times INVALID_OTP, TOO_MANY_ATTEMPTS, then OTP_NOT_FOUND', async () => {
      const { client } = openPage(t.origin);
      const phoneNumber = freshNumber();
      const code = await codeFor(client, phoneNumber);
      const answers = [];
      for (const guess of [wrong(code), wrong(code), wrong(code), code, code])
        answers.push(seen(await client.phoneNumber.verify({ phoneNumber, code: guess })));
      expect(answers).toEqual([
        [400, 'INVALID_OTP', 'Invalid OTP'],
        [400, 'INVALID_OTP', 'Invalid OTP'],
        [400, 'INVALID_OTP', 'Invalid OTP'],
        [403, 'TOO_MANY_ATTEMPTS', 'Too many attempts'],
        [400, 'OTP_NOT_FOUND', 'OTP not found'],
      ]);
    });

    it('the same for resetPassword, OTP_NOT_FOUND where none was asked for, and a used code', async () => {
      const { phoneNumber } = await signedIn();
      const { client } = openPage(t.origin);
      const reset = async (otp: string) =>
        seen(await client.phoneNumber.resetPassword({ phoneNumber, otp, newPassword: PASSWORD }));
      expect(await reset('000000')).toEqual([400, 'OTP_NOT_FOUND', 'OTP not found']);
      const otp = await resetCodeFor(client, phoneNumber);
      expect(await reset(wrong(otp))).toEqual([400, 'INVALID_OTP', 'Invalid OTP']);
      expect(await reset(otp)).toBeNull();
      expect(await reset(otp)).toEqual([400, 'OTP_NOT_FOUND', 'OTP not found']);
    });

    it('OTP_EXPIRED', async () => {
      const { client } = openPage(t.origin);
      const phoneNumber = freshNumber();
      const code = await codeFor(client, phoneNumber);
      t.clock.advance({ seconds: 301 });
      expect(seen(await client.phoneNumber.verify({ phoneNumber, code }))).toEqual([
        400,
        'OTP_EXPIRED',
        'OTP expired',
      ]);
    });

    it('INVALID_PHONE_NUMBER_OR_PASSWORD for an unknown number, no password and a wrong one', async () => {
      const { phoneNumber: codeOnly } = await signedIn();
      const { phoneNumber } = await withPassword();
      const { client } = openPage(t.origin);
      for (const who of [freshNumber(), codeOnly, phoneNumber]) {
        expect(seen(await client.signIn.phoneNumber({ phoneNumber: who, password: 'wrong horse' }))).toEqual([
          401,
          'INVALID_PHONE_NUMBER_OR_PASSWORD',
          'Invalid phone number or password',
        ]);
      }
    });

    it('PHONE_NUMBER_NOT_VERIFIED, ours only after the right password, and a code is on its way', async () => {
      const phoneNumber = parseE164(freshNumber());
      if (!phoneNumber) throw new Error('no number');
      const nobody = { name: 'Ada', email: null, fields: {} };
      const user = await t.app
        .get(PhoneUserStore)
        .create({ phoneNumber, phoneNumberVerified: false, ...nobody });
      const passwords = t.app.get(Passwords, { strict: false });
      await passwords.store(user?.id ?? '', await passwords.hash(PASSWORD));
      const { client } = openPage(t.origin);
      expect(seen(await client.signIn.phoneNumber({ phoneNumber, password: 'wrong horse' }))?.[1]).toBe(
        'INVALID_PHONE_NUMBER_OR_PASSWORD',
      );
      expect(seen(await client.signIn.phoneNumber({ phoneNumber, password: PASSWORD }))).toEqual([
        401,
        'PHONE_NUMBER_NOT_VERIFIED',
        'Phone number not verified',
      ]);
      expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(1);
    });

    it('PHONE_NUMBER_EXIST, and ours leaves the code good', async () => {
      const other = await signedIn();
      const { client } = await signedIn();
      const { phoneNumber } = other;
      const code = await codeFor(client, phoneNumber);
      const expected = [400, 'PHONE_NUMBER_EXIST', 'Phone number already exists'];
      const link = () => client.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
      expect([seen(await link()), seen(await link())]).toEqual([expected, expected]);
    });

    it('USER_NOT_FOUND for updatePhoneNumber without a session, and ours leaves the code good (S4.34)', async () => {
      const { client } = openPage(t.origin);
      const phoneNumber = freshNumber();
      const code = await codeFor(client, phoneNumber);
      const answer = await client.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
      expect(seen(answer)).toEqual([401, 'USER_NOT_FOUND', 'User not found']);
      expect((await client.phoneNumber.verify({ phoneNumber, code })).error).toBeNull();
    });

    it('PASSWORD_TOO_SHORT and PASSWORD_TOO_LONG, and ours leaves the code good', async () => {
      const { client, phoneNumber } = await signedIn();
      const otp = await resetCodeFor(client, phoneNumber);
      const reset = async (newPassword: string) =>
        seen(await client.phoneNumber.resetPassword({ phoneNumber, otp, newPassword }));
      expect(await reset('x'.repeat(7))).toEqual([400, 'PASSWORD_TOO_SHORT', 'Password too short']);
      expect(await reset('x'.repeat(129))).toEqual([400, 'PASSWORD_TOO_LONG', 'Password too long']);
      expect(await reset('x'.repeat(128))).toBeNull();
      const long = { phoneNumber, password: 'x'.repeat(129) };
      expect(seen(await client.signIn.phoneNumber(long))).toEqual([
        400,
        'PASSWORD_TOO_LONG',
        'Password too long',
      ]);
    });

    it('INVALID_PASSWORD and CREDENTIAL_ACCOUNT_NOT_FOUND of changePassword', async () => {
      const change = { currentPassword: 'wrong horse', newPassword: 'another horse' };
      expect(seen(await (await withPassword()).client.changePassword(change))).toEqual([
        400,
        'INVALID_PASSWORD',
        'Invalid password',
      ]);
      expect(seen(await (await signedIn()).client.changePassword(change))).toEqual([
        400,
        'CREDENTIAL_ACCOUNT_NOT_FOUND',
        'Credential account not found',
      ]);
    });

    it('EMAIL_CAN_NOT_BE_UPDATED, and "No fields to update", where ours has a code besides', async () => {
      const { client } = await signedIn();
      const email: object = { email: 'ada@example.com' };
      expect(seen(await client.updateUser({ ...email }))).toEqual([
        400,
        'EMAIL_CAN_NOT_BE_UPDATED',
        'Email can not be updated',
      ]);
      // an empty body would be a GET
      expect(seen(await client.updateUser({ fetchOptions: { method: 'POST' } }))).toEqual([
        400,
        'NO_FIELDS_TO_UPDATE',
        'No fields to update',
      ]);
    });

    it('UNAUTHORIZED without a session, on every call that wants one', async () => {
      const { client } = openPage(t.origin);
      const answers = [
        await client.listSessions(),
        await client.revokeSession({ token: 'x' }),
        await client.revokeSessions(),
        await client.revokeOtherSessions(),
        await client.updateUser({ name: 'Ada' }),
        await client.changePassword({ currentPassword: PASSWORD, newPassword: PASSWORD }),
      ];
      for (const answer of answers) expect(seen(answer)).toEqual([401, 'UNAUTHORIZED', 'Unauthorized']);
    });

    it('SESSION_NOT_FRESH of listSessions a day after sign-in', async () => {
      const { client } = await signedIn();
      t.clock.advance({ days: 1, seconds: 1 });
      expect(seen(await client.listSessions())).toEqual([403, 'SESSION_NOT_FRESH', 'Session is not fresh']);
    });

    it('VALIDATION_ERROR naming the field', async () => {
      const { client } = openPage(t.origin);
      const odd: object = { phoneNumber: 12 };
      const answer = await client.phoneNumber.sendOtp({ phoneNumber: '', ...odd });
      expect(seen(answer)).toEqual([
        400,
        'VALIDATION_ERROR',
        expect.stringMatching(/^\[body\.phoneNumber\] /),
      ]);
    });

    it('INVALID_ORIGIN and MISSING_OR_NULL_ORIGIN where another site uses the cookie', async () => {
      const { jar } = await signedIn();
      const from = (origin: string) =>
        createAuthClient({
          baseURL: t.origin,
          plugins: [phoneNumberClient()],
          fetchOptions: { headers: { cookie: jar.header, origin } },
        });
      expect(seen(await from('https://evil.example').signOut())).toEqual([
        403,
        'INVALID_ORIGIN',
        'Invalid origin',
      ]);
      expect(seen(await from('null').signOut())).toEqual([
        403,
        'MISSING_OR_NULL_ORIGIN',
        'Missing or null Origin',
      ]);
    });

    it('an error that the client knows by name has the same name here', () => {
      for (const code of Object.keys(phoneNumberClient().$ERROR_CODES))
        expect(PHONE_AUTH_ERRORS).toHaveProperty(code);
    });
  });
});

describe.each(everyAdapterAndDatabase)('the official Better Auth client and options on $name', (platform) => {
  let t: ListeningApp | undefined;
  const start = async (options: Parameters<typeof listenOn>[1]) => {
    t = await listenOn(platform, { path: 'api/auth', ...options });
    return { t, ...openPage(t.origin) };
  };
  const stop = async () => {
    await t?.close();
  };

  it('S4.7, K14 a right code for an unknown number with sign-up off is 403 PHONE_NUMBER_SIGN_UP_DISABLED, in place of 500', async () => {
    const { t: app, client } = await start({ allowSignUp: false });
    const phoneNumber = freshNumber();
    await client.phoneNumber.sendOtp({ phoneNumber });
    const code = app.inbox.lastCodeFor(phoneNumber);
    expect(seen(await client.phoneNumber.verify({ phoneNumber, code }))).toEqual([
      403,
      'PHONE_NUMBER_SIGN_UP_DISABLED',
      PHONE_AUTH_ERRORS.PHONE_NUMBER_SIGN_UP_DISABLED,
    ]);
    await stop();
  });

  it('MISSING_FIELD at sign-up, and ours leaves the code good', async () => {
    const { t: app, client } = await start({
      additionalFields: { role: { type: 'string', required: true } },
    });
    const phoneNumber = freshNumber();
    await client.phoneNumber.sendOtp({ phoneNumber });
    const code = app.inbox.lastCodeFor(phoneNumber);
    expect(seen(await client.phoneNumber.verify({ phoneNumber, code }))).toEqual([
      400,
      'MISSING_FIELD',
      'role is required',
    ]);
    const role = { role: 'editor' };
    expect((await client.phoneNumber.verify({ phoneNumber, code, ...role })).error).toBeNull();
    await stop();
  });

  it('429 has the message of the wire, X-Retry-After, and a code besides', async () => {
    const { client } = await start({ rateLimit: { window: 60_000, max: 1 } });
    const phoneNumber = freshNumber();
    await client.phoneNumber.sendOtp({ phoneNumber });
    let retryAfter: string | null = null;
    const answer = await client.phoneNumber.sendOtp(
      { phoneNumber },
      {
        onError: ({ response }) => {
          retryAfter = response.headers.get('X-Retry-After');
        },
      },
    );
    expect(seen(answer)).toEqual([429, 'RATE_LIMITED', 'Too many requests. Please try again later.']);
    expect(retryAfter).toBe('60');
    await stop();
  });
});
