import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import {
  CurrentUser,
  PhoneAuthGuard,
  PhoneAuthService,
  type PhoneAuthUser,
  type PhoneUser,
} from 'nestjs-phone-auth';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { api, freshNumber, setCookies, wrong } from '../support/api.js';
import { addAccount, cookiesByName, fromNodeAuth, PAGE } from '../support/node-auth.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

@Controller('orders')
class OrdersController {
  @UseGuards(PhoneAuthGuard)
  @Get()
  list(@CurrentUser() user: PhoneUser) {
    return { of: user.id };
  }

  @UseGuards(PhoneAuthGuard)
  @Post()
  add(@CurrentUser() user: PhoneUser) {
    return { of: user.id };
  }
}

const BEARER = { 'x-auth-strategy': 'bearer' };
const OK = { success: true };
const INVALID_CODE = {
  statusCode: 401,
  code: 'INVALID_SMS_CODE',
  error: 'Invalid or expired SMS code',
  message: 'Invalid or expired SMS code',
};

describe.each(everyAdapterAndDatabase)('the routes of node-auth on $name', (platform) => {
  const { t, client } = useApp(platform, {
    options: fromNodeAuth(),
    metadata: { controllers: [OrdersController] },
  });

  const account = (columns?: Partial<PhoneAuthUser>) => addAccount(t, columns);
  /** Asks for a code and returns it. */
  const codeFor = async (who: object, phoneNumber: string) => {
    expect((await client.post('/sms/send', who)).body).toEqual(OK);
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };
  const signIn = async () => {
    const user = await account();
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    const { body } = await client.post('/sms/verify', { userId: user.id, code }, BEARER).expect(200);
    const { accessToken, refreshToken } = body as { accessToken: string; refreshToken: string };
    return { user, accessToken, refreshToken, bearer: { authorization: `Bearer ${accessToken}` } };
  };
  const signInWithCookies = async () => {
    const user = await account();
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    const answer = await client.post('/sms/verify', { userId: user.id, code }).expect(200);
    return { user, cookies: cookiesByName(answer), answer };
  };
  const sentTo = (phoneNumber: string) => t.inbox.messagesFor(phoneNumber).length;

  it('S3.13, S3.14, S3.28 sms/send by id or e-mail sends to the stored number, in any case of the address', async () => {
    for (const field of ['userId', 'email'] as const) {
      const user = await account();
      const who = field === 'userId' ? { userId: user.id } : { email: ` ${user.email?.toUpperCase()}` };
      const answer = await client.post('/sms/send', who);
      expect([answer.status, answer.body]).toEqual([200, OK]);
      await t.settled();
      expect(sentTo(user.phoneNumber)).toBe(1);
    }
  });

  it('S3.14, S3.15, S3.16, 8.12 unknown, without a number, or with an unproven one: the same answer, and nothing is sent', async () => {
    const before = t.inbox.messages.length;
    const known = await account();
    const unproven = await account({ phoneNumberVerified: false });
    const without = await account({ phoneNumber: null, phoneNumberVerified: false });
    const expected = await client.post('/sms/send', { userId: known.id });
    for (const who of [
      { userId: 'nobody' },
      { email: 'nobody@example.com' },
      { userId: unproven.id },
      { email: unproven.email },
      { userId: without.id },
      { userId: "' OR 1=1 --" },
    ]) {
      const answer = await client.post('/sms/send', who);
      expect([answer.status, answer.body], JSON.stringify(who)).toEqual([200, OK]);
      const names = (headers: object) => Object.keys(headers).sort();
      expect(names(answer.headers)).toEqual(names(expected.headers));
    }
    await t.settled();
    expect(t.inbox.messages.length).toBe(before + 1);
  });

  it('S3.17, S3.24 what is missing, or is no text, is 400 and says what', async () => {
    const user = await account();
    const cases: [path: string, body: object, message: RegExp][] = [
      ['/sms/send', {}, /^userId or email is required$/],
      ['/sms/send', { userId: '' }, /^userId or email is required$/],
      ['/sms/send', { userId: 7 }, /userId/],
      ['/sms/send', { email: ['a@b.c'] }, /email/],
      ['/sms/send', { userId: 'a\0b' }, /userId/],
      ['/sms/send', { phoneNumber: user.phoneNumber }, /phoneNumber/],
      ['/sms/verify', { code: '123456' }, /^userId or email is required$/],
      ['/sms/verify', { userId: user.id }, /code/],
      ['/sms/verify', { userId: user.id, code: 123_456 }, /code/],
      ['/sms/verify', { userId: user.id, code: null }, /code/],
      ['/sms/verify', { userId: user.id, code: 'abcdef' }, /code.*6 digits/],
    ];
    for (const [path, body, message] of cases) {
      const answer = await client.post(path, body);
      expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([400, 'VALIDATION_ERROR']);
      expect(answer.body.message).toMatch(message);
      expect(answer.body.error).toBe(answer.body.message);
    }
  });

  it('S3.19, S3.20 sms/verify signs in with two cookies, as node-auth sets them', async () => {
    const { answer, cookies } = await signInWithCookies();
    expect([answer.status, answer.body]).toEqual([200, OK]);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { accessToken, refreshToken, ...others } = cookies;
    expect(accessToken?.attributes).toEqual(['Max-Age=900', 'Path=/', 'HttpOnly', 'SameSite=Lax']);
    expect(refreshToken?.attributes).toEqual([
      'Max-Age=604800',
      'Path=/auth/refresh',
      'HttpOnly',
      'SameSite=Lax',
    ]);
    // the mark of a known device, as after every sign-in by a code: it signs nobody in (R15)
    expect(Object.keys(others)).toEqual(['better-auth.device']);
  });

  it('S3.21 with X-Auth-Strategy: bearer the tokens are in the body, and no cookie is set', async () => {
    const user = await account();
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    const answer = await client.post('/sms/verify', { userId: user.id, code }, BEARER);
    expect(answer.body).toEqual({
      success: true,
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{43}$/),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(setCookies(answer)).toEqual([]);
  });

  it('S3.22 sms/verify by e-mail signs in as well', async () => {
    const user = await account();
    const code = await codeFor({ email: user.email }, user.phoneNumber);
    const { body } = await client.post('/sms/verify', { email: user.email, code }, BEARER).expect(200);
    expect(decodeJwt(body.accessToken).sub).toBe(user.id);
  });

  it('S3.23 wrong, used, expired, exhausted, of somebody else, of nobody: one 401', async () => {
    const user = await account();
    const verify = (who: object, code: string) => client.post('/sms/verify', { ...who, code });
    const expectRefusal = async (who: object, code: string) => {
      const answer = await verify(who, code);
      expect([answer.status, answer.body], JSON.stringify(who)).toEqual([401, INVALID_CODE]);
      expect(setCookies(answer)).toEqual([]);
    };
    await expectRefusal({ userId: user.id }, '123456'); // never asked for
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    await expectRefusal({ userId: user.id }, wrong(code));
    await expectRefusal({ userId: (await account()).id }, code);
    await expectRefusal({ userId: 'nobody' }, code);
    await expectRefusal({ email: 'nobody@example.com' }, code);
    await verify({ userId: user.id }, code).expect(200);
    await expectRefusal({ userId: user.id }, code);

    const late = await account();
    const expired = await codeFor({ userId: late.id }, late.phoneNumber);
    t.clock.advance({ minutes: 5 });
    await expectRefusal({ userId: late.id }, expired);

    const guessed = await account();
    const right = await codeFor({ userId: guessed.id }, guessed.phoneNumber);
    for (let i = 0; i < 3; i += 1) await expectRefusal({ userId: guessed.id }, wrong(right));
    await expectRefusal({ userId: guessed.id }, right);
  });

  it('S3.23, 8.12 an account that there is not is guessed at as one that there is, up to the waits', async () => {
    const user = await account();
    const names = { known: { userId: user.id }, unknown: { userId: 'no such account' } };
    const told: Record<string, unknown[]> = {};
    for (const [name, who] of Object.entries(names)) {
      const answers = [];
      for (let guess = 0; guess < 9; guess += 1) {
        if (guess % 2 === 0) await client.post('/sms/send', who);
        await t.settled();
        answers.push(await client.post('/sms/verify', { ...who, code: '000000' }));
      }
      told[name] = answers.map(({ status, body }) => [status, body]);
    }
    expect(told['unknown']).toEqual(told['known']);
    expect(told['known']?.[0]).toEqual([401, INVALID_CODE]);
    expect(told['known']?.at(-1)).toEqual([429, expect.objectContaining({ retryAfter: 30 })]);
  });

  it('S3.25, S3.26, 8.8 the code is stored as a MAC, and is gone once it was used', async () => {
    const codes = t.app.get(DataSource).getRepository(PhoneAuthCode);
    const user = await account();
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    const [row] = await codes.findBy({ phoneNumber: user.phoneNumber });
    expect(row?.mac).toMatch(/^[\da-f]{64}$/);
    expect(JSON.stringify(row)).not.toContain(code);
    await client.post('/sms/verify', { userId: user.id, code }).expect(200);
    expect(await codes.findBy({ phoneNumber: user.phoneNumber })).toEqual([]);
  });

  it('S3.36 refresh by body: a new pair, the old one is refused', async () => {
    const { refreshToken } = await signIn();
    const answer = await client.post('/refresh', { refreshToken }, BEARER).expect(200);
    expect(answer.body).toEqual({
      success: true,
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresIn: 900,
    });
    expect(setCookies(answer)).toEqual([]);
    t.clock.advance({ seconds: 10 });
    const refused = await client.post('/refresh', { refreshToken }, BEARER);
    expect(setCookies(refused)).toEqual([]);
    expect(refused.body).toEqual({
      statusCode: 401,
      code: 'INVALID_REFRESH_TOKEN',
      error: 'Invalid refresh token',
      message: 'Invalid refresh token',
    });
  });

  it('S3.36 refresh by cookie: two new cookies, and no token where a script could read it', async () => {
    const { cookies } = await signInWithCookies();
    const cookie = cookies['refreshToken']?.pair ?? '';
    const answer = await client.post('/refresh', {}, { cookie, ...PAGE }).expect(200);
    expect(answer.body).toEqual(OK);
    const next = cookiesByName(answer);
    expect(Object.keys(next)).toEqual(['accessToken', 'refreshToken']);
    expect(next['refreshToken']?.value).not.toBe(cookies['refreshToken']?.value);
    expect(next['accessToken']?.attributes[0]).toBe('Max-Age=900');
    expect(next['refreshToken']?.attributes.slice(0, 2)).toEqual(['Max-Age=604800', 'Path=/auth/refresh']);
    t.clock.advance({ seconds: 10 });
    const refused = await client.post('/refresh', {}, { cookie, ...PAGE }).expect(401);
    for (const { value, attributes } of Object.values(cookiesByName(refused)))
      expect([value, attributes[0]]).toEqual(['', 'Max-Age=0']);
    expect(Object.keys(cookiesByName(refused))).toEqual(['accessToken', 'refreshToken']);
    // and that was a reuse: the session is over
    await client.post('/refresh', { refreshToken: next['refreshToken']?.value }).expect(401);
  });

  it('S3.36 refresh without a token is 401 "No refresh token provided"', async () => {
    const answer = await client.post('/refresh');
    expect([answer.status, answer.body.error]).toEqual([401, 'No refresh token provided']);
  });

  it('S3.37 reuse ends the whole family, and other devices stay signed in', async () => {
    const { user, refreshToken, bearer } = await signIn();
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    const other = await client.post('/sms/verify', { userId: user.id, code }, BEARER).expect(200);
    await client.post('/refresh', { refreshToken }).expect(200);
    t.clock.advance({ seconds: 10 });
    await client.post('/refresh', { refreshToken }).expect(401);
    expect((await client.get('/me', bearer)).status).toBe(401);
    await client.post('/refresh', { refreshToken: other.body.refreshToken }).expect(200);
  });

  it('S3.38, S3.40 the access token is HS256, with sub, email, a jti of its own, and what the host adds', async () => {
    const { user, accessToken, refreshToken } = await signIn();
    expect(decodeProtectedHeader(accessToken)).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
    const claims = decodeJwt(accessToken);
    expect(claims).toMatchObject({ sub: user.id, email: user.email, amr: ['sms', 'otp'] });
    const next = await client.post('/refresh', { refreshToken }).expect(200);
    expect(decodeJwt(next.body.accessToken)).toMatchObject({ iat: claims.iat, sid: claims['sid'] });
    expect(decodeJwt(next.body.accessToken).jti).not.toBe(claims.jti);
  });

  it('S3.41 me answers the profile by bearer and by cookie, without a secret', async () => {
    const { user, bearer } = await signIn();
    const byBearer = await client.get('/me', bearer).expect(200);
    expect(byBearer.headers['cache-control']).toBe('no-store');
    expect(byBearer.body).toMatchObject({
      id: user.id,
      email: user.email,
      name: 'Ada',
      phoneNumber: user.phoneNumber,
      phoneNumberVerified: true,
      isEmailVerified: true,
      require2FA: false,
    });
    expect(JSON.stringify(byBearer.body)).not.toMatch(/hash|password|token|smsCode/i);

    const { cookies, user: another } = await signInWithCookies();
    const cookie = cookies['accessToken']?.pair ?? '';
    expect((await client.get('/me', { cookie })).body.id).toBe(another.id);
  });

  it('S3.41 a bad, expired or missing token is 401', async () => {
    const { accessToken, refreshToken, bearer } = await signIn();
    for (const headers of [
      {},
      { authorization: `Bearer ${accessToken}x` },
      { authorization: `Bearer ${refreshToken}` },
      { cookie: `accessToken=${refreshToken}` },
      { cookie: 'accessToken=a.b.c' },
    ] as Record<string, string>[]) {
      const answer = await client.get('/me', headers);
      expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
    }
    t.clock.advance({ minutes: 15 });
    await client.get('/me', bearer).expect(401);
  });

  it('S3.41 the cookie opens the host’s guarded routes as well, and the other routes of the module', async () => {
    const { cookies, user } = await signInWithCookies();
    const cookie = cookies['accessToken']?.pair ?? '';
    expect((await api(t, '/orders').get('', { cookie })).body).toEqual({ of: user.id });
    expect((await api(t, '/orders').post('', {}, { cookie, ...PAGE })).body).toEqual({ of: user.id });
    expect((await client.get('/get-session', { cookie })).body.user.id).toBe(user.id);
  });

  it('S3.42 logout takes the cookies away and ends the session, also with an access token that is dead', async () => {
    for (const wait of [0, 60]) {
      const { cookies } = await signInWithCookies();
      t.clock.advance({ minutes: wait });
      const cookie = cookies['accessToken']?.pair ?? '';
      const answer = await client.post('/logout', {}, { cookie, ...PAGE }).expect(200);
      expect(answer.body).toEqual(OK);
      const cleared = cookiesByName(answer);
      for (const name of ['accessToken', 'refreshToken'])
        expect(cleared[name]).toMatchObject({ value: '', attributes: expect.arrayContaining(['Max-Age=0']) });
      expect(cleared['refreshToken']?.attributes).toContain('Path=/auth/refresh');
      expect((await client.get('/me', { cookie })).status).toBe(401);
      await client.post('/refresh', { refreshToken: cookies['refreshToken']?.value }).expect(401);
    }
  });

  it('S3.42 logout takes a refresh token too, a bearer, and nobody at all', async () => {
    const byBody = await signIn();
    await client.post('/logout', { refreshToken: byBody.refreshToken }).expect(200);
    expect((await client.get('/me', byBody.bearer)).status).toBe(401);
    const byBearer = await signIn();
    await client.post('/logout', {}, byBearer.bearer).expect(200);
    await client.post('/refresh', { refreshToken: byBearer.refreshToken }).expect(401);
    await client.post('/logout').expect(200);
    await client.post('/logout', { refreshToken: 'nonsense' }).expect(200);
  });

  it('S3.43, 8.23 add-phone needs a session and a number, and the number is nobody’s before its code came back', async () => {
    const phoneNumber = freshNumber();
    expect((await client.post('/add-phone', { phoneNumber })).status).toBe(401);
    const { user, bearer } = await signIn();
    expect((await client.post('/add-phone', { phoneNumber: 'call me' }, bearer)).body.code).toBe(
      'INVALID_PHONE_NUMBER',
    );
    const answer = await client.post('/add-phone', { phoneNumber }, bearer);
    expect([answer.status, answer.body]).toEqual([200, OK]);
    await t.settled();
    expect(sentTo(phoneNumber)).toBe(1);
    const code = t.inbox.lastCodeFor(phoneNumber);
    expect((await client.get('/me', bearer)).body.phoneNumber).toBe(user.phoneNumber);

    // a code for the account goes to the number that is proven
    await client.post('/sms/send', { userId: user.id });
    await t.settled();
    expect([sentTo(phoneNumber), sentTo(user.phoneNumber)]).toEqual([1, 2]);

    expect((await client.post('/add-phone', { phoneNumber, code: wrong(code) }, bearer)).status).toBe(401);
    expect((await client.post('/add-phone', { phoneNumber, code }, bearer)).body).toEqual(OK);
    expect((await client.get('/me', bearer)).body).toMatchObject({ phoneNumber, phoneNumberVerified: true });
  });

  it('S3.43, A21 the code that add-phone sent links nothing for anybody else, and signs nobody in by id', async () => {
    const [one, other] = [await signIn(), await signIn()];
    const phoneNumber = freshNumber();
    await client.post('/add-phone', { phoneNumber }, one.bearer).expect(200);
    await t.settled();
    const code = t.inbox.lastCodeFor(phoneNumber);
    expect((await client.post('/add-phone', { phoneNumber, code }, other.bearer)).body).toEqual(INVALID_CODE);
    expect((await client.post('/sms/verify', { userId: one.user.id, code })).body).toEqual(INVALID_CODE);
  });

  it('8.27 an account has several devices, each with tokens of its own', async () => {
    const { user } = await signIn();
    const tokens = new Set<string>();
    for (let device = 0; device < 3; device += 1) {
      const code = await codeFor({ userId: user.id }, user.phoneNumber);
      const { body } = await client.post('/sms/verify', { userId: user.id, code }, BEARER);
      tokens.add(body.refreshToken);
    }
    for (const refreshToken of tokens) await client.post('/refresh', { refreshToken }).expect(200);
    expect(tokens.size).toBe(3);
  });

  it('PhoneAuthService does the same without HTTP', async () => {
    const service = t.app.get(PhoneAuthService);
    const user = await account();
    await service.sendOtpToAccount({ email: user.email ?? '' });
    await service.sendOtpToAccount({ email: 'nobody@example.com' });
    await expect(service.sendOtpToAccount({})).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await t.settled();
    const code = t.inbox.lastCodeFor(user.phoneNumber);
    const { signedIn } = await service.verifyAccountOtp({ userId: user.id, code });
    const next = await service.refresh(signedIn?.tokens?.refreshToken ?? '');
    expect(await service.getSession(next.accessToken)).toMatchObject({ user: { id: user.id } });

    const { email } = await addAccount(t, { password: 'correct horse' });
    const byPassword = await service.signInWithEmail({ email: email ?? '', password: 'correct horse' });
    expect(byPassword).toMatchObject({ signedIn: { session: { amr: 'pwd' } } });
    await expect(service.signInWithEmail({ email: email ?? '', password: 'x' })).rejects.toMatchObject({
      code: 'INVALID_EMAIL_OR_PASSWORD',
    });
  });

  it('A52 a cookie of ours in a request from another page is refused', async () => {
    const { cookies } = await signInWithCookies();
    const cookie = `${cookies['accessToken']?.pair}; ${cookies['refreshToken']?.pair}`;
    for (const path of ['/refresh', '/logout', '/add-phone', '/sms/send']) {
      const answer = await client.post(path, {}, { ...PAGE, cookie, origin: 'https://evil.example' });
      expect([answer.status, answer.body.code]).toEqual([403, 'INVALID_ORIGIN']);
    }
  });

  it('two ways in are one person: the sign-in by the one takes the cookies of the other away', async () => {
    const { cookies, user } = await signInWithCookies();
    const phoneNumber = (await account()).phoneNumber;
    const shared = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    expect(cookiesByName(shared)['accessToken']?.attributes).toContain('Max-Age=0');
    const session = cookiesByName(shared)['better-auth.session_token']?.pair ?? '';
    const code = await codeFor({ userId: user.id }, user.phoneNumber);
    const back = await client.post('/sms/verify', { userId: user.id, code }, { ...PAGE, cookie: session });
    expect(cookiesByName(back)['better-auth.session_token']?.attributes).toContain('Max-Age=0');
    expect(Object.keys(cookies)).not.toContain('better-auth.session_token');
  });

  it('the phone-number dialect is there beside it, gives out pairs, and signs nobody up', async () => {
    const { phoneNumber } = await account();
    const { body } = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    expect(body).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
    const before = t.inbox.messages.length;
    await client.sendOtp(freshNumber()).expect(200);
    await t.settled();
    expect(t.inbox.messages.length).toBe(before);
  });
});
