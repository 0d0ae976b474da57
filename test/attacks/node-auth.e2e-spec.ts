import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import { CurrentUser, PhoneAuthGuard, PhoneAuthService, type PhoneUser } from 'nestjs-phone-auth';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import type { Answer } from '../support/http-client.js';
import { addAccount, fromNodeAuth } from '../support/node-auth.js';
import { platforms } from '../support/platforms.js';
import { routesOf, tellingOf } from '../support/router-routes.js';
import { parallel, ServedApp, statuses, wrongCodes } from '../support/served-app.js';

@UseGuards(PhoneAuthGuard)
@Controller('orders')
class OrdersController {
  @Get(':id')
  one(@CurrentUser() user: PhoneUser) {
    return { of: user.id };
  }

  @Post()
  add(@CurrentUser() user: PhoneUser) {
    return { of: user.id };
  }
}

const PASSWORD = 'correct horse';
const BEARER = { 'x-auth-strategy': 'bearer' };
const told = ({ status, body }: Answer) => [status, body.code];

describe.each(platforms)('node-auth under attack, $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: fromNodeAuth(),
      metadata: { controllers: [OrdersController] },
    });
  });
  afterAll(() => served.close());

  const post = (path: string, body: object, headers = {}) => served.http.post(path, body, headers);
  const login = (email: string | null, password = PASSWORD) => post('/login', { email, password });
  const account = (columns: object = {}) =>
    addAccount(served.t, { password: PASSWORD, twoFactorEnabled: true, ...columns });
  /** A right password, and a code on its way. */
  const pending = async (columns: object = {}) => {
    const user = await account(columns);
    const { tempToken = '' } = (await login(user.email)).body;
    const code = async () => {
      expect(told(await post('/sms/send', { mode: '2fa', tempToken }))).toEqual([200, undefined]);
      await served.t.settled();
      return served.t.inbox.lastCodeFor(user.phoneNumber);
    };
    return { user, tempToken, code };
  };
  const finish = (tempToken: string, code: string) =>
    post('/sms/verify', { mode: '2fa', tempToken, code }, BEARER);
  const sessionsOf = (userId: string) => served.rows(PhoneAuthSession, { userId });

  it('S3.29 a right password of somebody with a second factor: a temp token, and no session', async () => {
    const user = await account();
    const answer = await login(user.email?.toUpperCase() ?? '');
    expect([answer.status, answer.body]).toEqual([
      200,
      { requiresTwoFactor: true, tempToken: expect.any(String), available2faMethods: ['sms'] },
    ]);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await sessionsOf(user.id)).toEqual([]);
  });

  it('S3.29 a right password of somebody without one signs in, and its amr says how', async () => {
    const user = await account({ twoFactorEnabled: false });
    const { body, status } = await post('/login', { email: user.email, password: PASSWORD }, BEARER);
    expect(status).toBe(200);
    expect(decodeJwt(body.accessToken ?? '')).toMatchObject({ sub: user.id, amr: ['pwd'] });
  });

  it('S3.29, R58 a wrong password, no password and an unknown address are one answer', async () => {
    const user = await account();
    const without = await addAccount(served.t);
    for (const [email, password] of [
      [user.email, 'wrong horse'],
      [without.email, PASSWORD],
      ['nobody@example.com', PASSWORD],
    ]) {
      const answer = await post('/login', { email, password });
      expect([answer.status, answer.body]).toEqual([
        401,
        {
          statusCode: 401,
          code: 'INVALID_EMAIL_OR_PASSWORD',
          error: 'Invalid email or password',
          message: 'Invalid email or password',
        },
      ]);
    }
  });

  it('S3.30, 8.23 a second factor without a proven number: 403 2FA_SETUP_REQUIRED, and no token of any kind', async () => {
    for (const columns of [
      { phoneNumber: null, phoneNumberVerified: false },
      { phoneNumberVerified: false },
    ]) {
      const user = await account(columns);
      const answer = await login(user.email);
      expect(told(answer)).toEqual([403, '2FA_SETUP_REQUIRED']);
      expect(answer.text).not.toMatch(/token/i);
      expect(await sessionsOf(user.id)).toEqual([]);
    }
  });

  it('S3.31 mode 2fa: without a temp token 400, with a bad or expired one 401, with a good one the code goes to the stored number', async () => {
    const { user, tempToken, code } = await pending();
    for (const path of ['/sms/send', '/sms/verify']) {
      const more = path === '/sms/verify' ? { code: '123456' } : {};
      const to = (body: object) => post(path, { mode: '2fa', ...more, ...body });
      expect(told(await to({}))).toEqual([400, 'TEMP_TOKEN_REQUIRED']);
      for (const bad of ['nonsense', 'A'.repeat(43), `${tempToken}x`])
        expect(told(await to({ tempToken: bad }))).toEqual([401, 'INVALID_TEMP_TOKEN']);
      // whom it is about is the ticket's say alone
      expect(told(await to({ userId: user.id }))).toEqual([400, 'TEMP_TOKEN_REQUIRED']);
    }
    await code();
    expect(served.t.inbox.messagesFor(user.phoneNumber)).toHaveLength(1);
    served.t.clock.advance({ minutes: 5 });
    expect(told(await post('/sms/send', { mode: '2fa', tempToken }))).toEqual([401, 'INVALID_TEMP_TOKEN']);
  });

  it('S3.32, R53 the right code turns it into tokens, in the body or as cookies, and the amr says both factors', async () => {
    const { user, tempToken, code } = await pending();
    const { body } = await finish(tempToken, await code());
    expect(decodeJwt(body.accessToken ?? '')).toMatchObject({
      sub: user.id,
      amr: ['pwd', 'sms', 'otp', 'mfa'],
    });
    const other = await pending();
    const answer = await post('/sms/verify', {
      mode: '2fa',
      tempToken: other.tempToken,
      code: await other.code(),
    });
    expect(answer.body).toEqual({ success: true });
    expect(answer.headers['set-cookie']?.map((cookie) => cookie.split('=')[0])).toEqual(
      expect.arrayContaining(['accessToken', 'refreshToken']),
    );
  });

  it('S3.33 a temp token works once, also for 20 callers at once', async () => {
    const { user, tempToken, code } = await pending();
    const digits = await code();
    const answers = await parallel(20, () => finish(tempToken, digits));
    expect(statuses(answers)[200]).toBe(1);
    expect(await sessionsOf(user.id)).toHaveLength(1);
    expect((await finish(tempToken, digits)).status).toBe(401);
  });

  it('8.1, S3.34, A50 a temp token opens no route of the application, by bearer or in either cookie', async () => {
    const { app } = served.t;
    const bodies = {
      '/add-phone': { phoneNumber: '+12025550199' },
      '/sms/verify': { userId: 'nobody', code: '123456' },
      '/login': { email: 'nobody@example.com', password: PASSWORD },
    };
    const { tempToken, user, code } = await pending();
    const visitor = await tellingOf(app, served.http, {}, bodies);
    expect(visitor).toHaveLength(routesOf(app).length);
    const guarded = visitor.filter(({ status }) => status === 401).map(({ route }) => route);
    expect(guarded).toEqual(
      expect.arrayContaining([
        'GET /auth/me',
        'POST /auth/add-phone',
        'POST /auth/refresh',
        'GET /auth/token',
        'POST /auth/update-user',
        'GET /orders/:id',
        'POST /orders',
      ]),
    );
    const page = { origin: served.http.origin };
    for (const headers of [
      { authorization: `Bearer ${tempToken}` },
      { cookie: `accessToken=${tempToken}; refreshToken=${tempToken}`, ...page },
      { cookie: `better-auth.session_token=${tempToken}`, ...page },
    ]) {
      const shown = await tellingOf(app, served.http, headers, bodies);
      const different = shown.filter(({ status, code }, i) => {
        const { status: before, code: reason } = visitor[i] ?? {};
        // who shows a refresh token that is none is told so
        return status !== before || (code !== reason && code !== 'INVALID_REFRESH_TOKEN');
      });
      expect(different).toEqual([]);
    }
    expect(await sessionsOf(user.id)).toEqual([]);
    // to what it becomes they are open
    const { body } = await finish(tempToken, await code());
    const bearer = { authorization: `Bearer ${body.accessToken}` };
    for (const path of ['/auth/me', '/auth/token', '/orders/1'])
      expect((await served.http.sendTo('GET', path, undefined, bearer)).status).toBe(200);
  });

  it('S3.34, A50 no other token is a temp token, and a temp token is no refresh token', async () => {
    const user = await account({ twoFactorEnabled: false });
    const { body } = await post('/login', { email: user.email, password: PASSWORD }, BEARER);
    for (const tempToken of [body.accessToken, body.refreshToken])
      for (const path of ['/sms/send', '/sms/verify'])
        expect(
          told(
            await post(path, { mode: '2fa', tempToken, ...(path === '/sms/verify' && { code: '123456' }) }),
          ),
        ).toEqual([401, 'INVALID_TEMP_TOKEN']);
    const { tempToken } = await pending();
    expect(told(await post('/refresh', { refreshToken: tempToken }))).toEqual([401, 'INVALID_REFRESH_TOKEN']);
  });

  it('S3.35 a sign-in code does not finish a second factor, and a code of the second factor signs nobody in by id', async () => {
    const { user, tempToken, code } = await pending();
    await post('/sms/send', { userId: user.id });
    await served.t.settled();
    const signInCode = served.t.inbox.lastCodeFor(user.phoneNumber);
    expect(told(await finish(tempToken, signInCode))).toEqual([401, 'INVALID_SMS_CODE']);
    const secondCode = await code();
    expect(told(await post('/sms/verify', { userId: user.id, code: secondCode }))).toEqual([
      401,
      'INVALID_SMS_CODE',
    ]);
  });

  it('S3.35 a code is bound to the temp token that it was asked with', async () => {
    const one = await pending();
    const { tempToken: another = '' } = (await login(one.user.email)).body;
    expect(told(await finish(another, await one.code()))).toEqual([401, 'INVALID_SMS_CODE']);
    const other = await pending();
    expect(told(await finish(other.tempToken, await one.code()))).toEqual([401, 'INVALID_SMS_CODE']);
  });

  it('R46, A48 a sign-in code is no way around the second factor', async () => {
    const user = await account();
    await post('/sms/send', { userId: user.id });
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(user.phoneNumber);
    expect(told(await post('/sms/verify', { userId: user.id, code }))).toEqual([
      403,
      'SECOND_FACTOR_REQUIRED',
    ]);
    expect(await sessionsOf(user.id)).toEqual([]);
  });

  it('8.2, A3 50 parallel verifications of one code open one session', async () => {
    const user = await addAccount(served.t);
    await post('/sms/send', { userId: user.id });
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(user.phoneNumber);
    const answers = await parallel(50, () => post('/sms/verify', { userId: user.id, code }));
    expect(statuses(answers)[200]).toBe(1);
    expect(await sessionsOf(user.id)).toHaveLength(1);
  });

  it('8.3, 8.5, A1 50 parallel wrong codes: the right one is refused after that', async () => {
    const user = await addAccount(served.t);
    await post('/sms/send', { userId: user.id });
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(user.phoneNumber);
    await parallel(50, (index) =>
      post('/sms/verify', { userId: user.id, code: wrongCodes(code, 50)[index] ?? '' }),
    );
    expect((await post('/sms/verify', { userId: user.id, code })).status).not.toBe(200);
    expect(await sessionsOf(user.id)).toEqual([]);
  });

  it('A47 whoever turns the second factor off ends what temp tokens were given for', async () => {
    const { user, tempToken, code } = await pending();
    const digits = await code();
    const service = served.t.app.get(PhoneAuthService);
    await service.setTwoFactor(user.id, false);
    expect(told(await finish(tempToken, digits))).toEqual([401, 'INVALID_TEMP_TOKEN']);
  });
});
