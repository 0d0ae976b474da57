import { Controller, Get, UseGuards } from '@nestjs/common';
import { CurrentUser, PhoneAuthGuard, PhoneAuthService, type PhoneUser } from 'nestjs-phone-auth';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { PhoneAuthRefreshToken } from '../../src/sessions/refresh-token.entity.js';
import { keysOf, verifyWith } from '../support/access-tokens.js';
import { api, freshNumber, setCookies } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

@Controller('me')
class MeController {
  @UseGuards(PhoneAuthGuard)
  @Get()
  me(@CurrentUser() user: PhoneUser) {
    return { id: user.id };
  }
}

const DAY = 86_400;
const PAIR = { session: { strategy: 'token-pair' } } as const;
const INVALID = {
  statusCode: 401,
  code: 'INVALID_REFRESH_TOKEN',
  message: 'Invalid refresh token',
  error: 'Unauthorized',
};

interface Pair {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

describe.each(everyAdapterAndDatabase)('token pairs on $name', (platform) => {
  const { t, client } = useApp(platform, {
    options: PAIR,
    metadata: { controllers: [MeController] },
  });

  const now = () => Math.floor(t.clock.now() / 1_000);
  const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
  const signIn = async (phoneNumber = freshNumber()) => {
    const { body } = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    return { phoneNumber, ...(body as Pair & { token: string; user: { id: string } }) };
  };
  const refresh = async (refreshToken: string) =>
    (await client.post('/refresh', { refreshToken }).expect(200)).body as Pair;

  it('R54 verify answers with a pair beside what is there anyway, and nothing on the way keeps it', async () => {
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      success: true,
      verified: true,
      status: true,
      token: expect.stringMatching(/^[\w-]{43}$/),
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{86}$/),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresIn: 600,
      user: expect.objectContaining({ phoneNumber }),
      session: {
        id: expect.any(String),
        expiresAt: new Date(t.clock.now() + 14 * DAY * 1_000).toISOString(),
      },
      isNewUser: true,
    });
    expect(setCookies(answer)[0]).toContain('Max-Age=1209600');
  });

  it('R54 so do sign-in by code and by password, and a change of the password', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const byPassword = await client.passwordSignIn(phoneNumber, password).expect(200);
    const code = await client.codeFor(phoneNumber);
    const byCode = await client.post('/sign-in/phone-number', { phoneNumber, code }).expect(200);
    const change = { currentPassword: password, newPassword: 'battery staple', revokeOtherSessions: true };
    const changed = await client
      .post('/change-password', change, bearer(byCode.body.accessToken))
      .expect(200);
    for (const { body } of [byPassword, byCode, changed]) {
      expect(body).toMatchObject({ accessToken: expect.any(String), expiresIn: 600 });
      expect(body.refreshToken).toMatch(/^[\w-]{43}$/);
    }
    expect(decodeJwt(byPassword.body.accessToken)).toMatchObject({ amr: ['pwd'] });
    expect(decodeJwt(byCode.body.accessToken)).toMatchObject({ amr: ['sms', 'otp'] });
    await client.post('/refresh', { refreshToken: byCode.body.refreshToken }).expect(401);
    await refresh(changed.body.refreshToken);
  });

  it('S3.32 so does a second factor, and the access token names both', async () => {
    const { phoneNumber, password } = await client.signUpWithTwoFactor();
    const { body: pending } = await client.passwordSignIn(phoneNumber, password);
    expect(Object.keys(pending)).not.toContain('accessToken');
    const { tempToken } = pending as { tempToken: string };
    const code = await client.secondFactorCodeFor(phoneNumber, tempToken);
    const { body } = await client.post('/two-factor/verify-otp', { tempToken, code }).expect(200);
    expect(decodeJwt(body.accessToken)).toMatchObject({ amr: ['pwd', 'sms', 'otp', 'mfa'] });
    await refresh(body.refreshToken);
  });

  it('with disableSession there is none', async () => {
    const phoneNumber = freshNumber();
    const { body } = await client.verify(phoneNumber, await client.codeFor(phoneNumber), {
      disableSession: true,
    });
    expect(body).toMatchObject({ token: null, session: null });
    expect(Object.keys(body)).not.toContain('accessToken');
  });

  it('R55 the access token says who, which session, since when and how, under a published key', async () => {
    const { accessToken, user, phoneNumber } = await signIn();
    const { payload, protectedHeader } = await verifyWith(await keysOf(t), accessToken, t.clock.now());
    const { body } = await client.get('/get-session', bearer(accessToken));
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: 'nestjs-phone-auth',
      aud: 'nestjs-phone-auth',
      sub: user.id,
      sid: body.session.id,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: now(),
      exp: now() + 600,
      auth_time: now(),
      amr: ['sms', 'otp'],
      phone_number: phoneNumber,
      phone_number_verified: true,
    });
  });

  it('R55 an access token is let in wherever a session’s token is, ours and the host’s routes', async () => {
    const { accessToken, user, token } = await signIn();
    const headers = bearer(accessToken);
    expect((await api(t, '/me').get('', headers)).body).toEqual({ id: user.id });
    expect((await api(t, '/me').get('', bearer(token))).body).toEqual({ id: user.id });

    const current = await client.get('/get-session', headers);
    expect(current.body.user.id).toBe(user.id);
    // it is not handed back: what stands for the session is its id
    expect(current.body.session.token).toBe(current.body.session.id);
    expect((await client.get('/list-sessions', headers)).body).toEqual([
      expect.objectContaining({ id: current.body.session.id, token: current.body.session.id }),
    ]);
    await client.post('/update-user', { name: 'Ada' }, headers).expect(200);
    expect((await client.get('/token', headers).expect(200)).body).toEqual({ token: expect.any(String) });
    expect(await t.app.get(PhoneAuthService).getSession(accessToken)).toMatchObject({
      user: { id: user.id },
    });
  });

  it('R55 it is refused once it has expired, though its session lives on', async () => {
    const { accessToken, refreshToken, token } = await signIn();
    t.clock.advance({ minutes: 10 });
    expect((await api(t, '/me').get('', bearer(accessToken))).status).toBe(401);
    expect((await api(t, '/me').get('', bearer(token))).status).toBe(200);
    expect((await api(t, '/me').get('', bearer((await refresh(refreshToken)).accessToken))).status).toBe(200);
  });

  it('A47 it is refused as soon as its session has ended, long before it expires', async () => {
    const { accessToken } = await signIn();
    await client.post('/sign-out', {}, bearer(accessToken)).expect(200);
    expect((await api(t, '/me').get('', bearer(accessToken))).status).toBe(401);
    expect((await client.get('/get-session', bearer(accessToken))).text).toBe('null');
  });

  it('an access token that has expired still signs out', async () => {
    const { accessToken, token, refreshToken } = await signIn();
    t.clock.advance({ hours: 2 });
    await client.post('/sign-out', {}, bearer(accessToken)).expect(200);
    expect((await client.get('/get-session', bearer(token))).text).toBe('null');
    await client.post('/refresh', { refreshToken }).expect(401);
  });

  it('R54 refresh answers with the next pair: same user, same session, same moment of sign-in', async () => {
    const first = await signIn();
    t.clock.advance({ minutes: 9 });
    const answer = await client.post('/refresh', { refresh_token: first.refreshToken }).expect(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(setCookies(answer)).toEqual([]);
    expect(answer.body).toEqual({
      success: true,
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresIn: 600,
    });
    const [before, after] = [first.accessToken, answer.body.accessToken].map((token) => decodeJwt(token));
    expect(after).toEqual({
      ...before,
      jti: expect.not.stringMatching(String(before?.jti)),
      iat: now(),
      exp: now() + 600,
    });
  });

  it('S3.38 two access tokens of the same second differ', async () => {
    const { accessToken, refreshToken } = await signIn();
    const next = await refresh(refreshToken);
    expect(decodeJwt(next.accessToken).iat).toBe(decodeJwt(accessToken).iat);
    expect(next.accessToken).not.toBe(accessToken);
  });

  it('a refresh without a token, or with what can be none, is 401 or 400 and says which', async () => {
    const none = { ...INVALID, code: 'REFRESH_TOKEN_REQUIRED', message: 'No refresh token provided' };
    for (const body of [{}, { refreshToken: null }, { refreshToken: '' }])
      expect((await client.post('/refresh', body)).body).toEqual(none);
    expect((await request(t.app.getHttpServer()).post('/auth/refresh')).body).toEqual(none);
    for (const refreshToken of ['nonsense', 'A'.repeat(43), 'A'.repeat(10_000), 'a.b.c'])
      expect((await client.post('/refresh', { refreshToken })).body).toEqual(INVALID);
    for (const refreshToken of [7, true, ['x'], { a: 1 }])
      expect((await client.post('/refresh', { refreshToken })).body.code).toBe('VALIDATION_ERROR');
  });

  it('R54 a token that is not used is good for 14 days, and one that is used moves the end of its session', async () => {
    const unused = await signIn();
    t.clock.advance({ days: 13, hours: 23, minutes: 59 });
    const { refreshToken, accessToken } = await refresh(unused.refreshToken);
    const { session } = (await client.get('/get-session', bearer(accessToken))).body;
    expect(Date.parse(session.expiresAt)).toBe(t.clock.now() + 14 * DAY * 1_000);
    t.clock.advance({ days: 14 });
    expect((await client.post('/refresh', { refreshToken })).body).toEqual(INVALID);
  });

  it('R54 nobody stays in longer than 30 days after the sign-in, whatever is refreshed', async () => {
    const signedIn = await signIn();
    const start = t.clock.now();
    let { refreshToken, token } = { ...signedIn };
    for (const days of [10, 10, 9]) {
      t.clock.advance({ days });
      ({ refreshToken } = await refresh(refreshToken));
    }
    // reading the session extends it as well, and no further
    const { session } = (await client.get('/get-session', bearer(token))).body;
    expect(Date.parse(session.expiresAt)).toBe(start + 30 * DAY * 1_000);
    t.clock.advance({ hours: 23, minutes: 58 });
    const last = await refresh(refreshToken);
    expect(last.expiresIn).toBe(120);
    t.clock.advance({ minutes: 2 });
    expect((await client.post('/refresh', { refreshToken: last.refreshToken })).body).toEqual(INVALID);
    expect((await client.get('/get-session', bearer(token))).text).toBe('null');
  });

  it('a session that is not to be remembered ends after a day, refreshed or not', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const { body } = await client.post('/sign-in/phone-number', { phoneNumber, code, rememberMe: false });
    t.clock.advance({ hours: 20 });
    const { refreshToken } = await refresh(body.refreshToken);
    t.clock.advance({ hours: 4 });
    expect((await client.post('/refresh', { refreshToken })).body).toEqual(INVALID);
  });

  it('R53 a step-up gives new tokens of every kind, and those before it are worth nothing', async () => {
    const { phoneNumber, accessToken, refreshToken, token } = await signIn();
    await client.post('/step-up/send-otp', {}, bearer(accessToken)).expect(200);
    await t.settled();
    const code = t.inbox.lastCodeFor(phoneNumber);
    const { body } = await client.post('/step-up/verify', { code }, bearer(accessToken)).expect(200);
    expect(decodeJwt(body.accessToken)['sid']).not.toBe(decodeJwt(accessToken)['sid']);
    for (const dead of [accessToken, token])
      expect((await client.get('/get-session', bearer(dead))).text).toBe('null');
    await client.post('/refresh', { refreshToken }).expect(401);
    for (const live of [body.accessToken, body.token])
      expect((await client.get('/get-session', bearer(live))).body.session.id).toBe(body.session.id);
    await refresh(body.refreshToken);
  });

  it('PhoneAuthService does the same without HTTP', async () => {
    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    const { signedIn, user } = await service.verify({ phoneNumber, code: await client.codeFor(phoneNumber) });
    const tokens = signedIn?.tokens;
    expect(tokens?.expiresIn).toBe(600);
    const next = await service.refresh(tokens?.refreshToken ?? '');
    expect(next).toMatchObject({
      user: { id: user.id },
      session: { id: signedIn?.session.id },
      expiresIn: 600,
    });
    await service.signOut(next.accessToken);
    await expect(service.refresh(next.refreshToken)).rejects.toMatchObject({ code: 'INVALID_REFRESH_TOKEN' });
    await expect(service.refresh('')).rejects.toMatchObject({ code: 'REFRESH_TOKEN_REQUIRED' });
  });
});

describe.each(everyAdapterAndDatabase)('the options of token pairs on $name', (platform) => {
  it('lifetimes, secrets and further claims are options; the host fails, nobody is in', async () => {
    let fails = false;
    const t = await startOn(platform, {
      options: {
        ...PAIR,
        accessToken: {
          expiresIn: 900,
          secret: 'a secret that other services have as well',
          claims: async ({ id, fields }) => {
            if (fails) throw new Error('no claims');
            return { role: fields['role'] ?? 'guest', sub: `not ${id}` };
          },
        },
        refreshToken: {
          expiresIn: 7 * DAY,
          reuseGrace: 0,
          secret: 'a secret for refresh tokens and nothing else',
        },
        additionalFields: { role: { type: 'string' } },
      },
    });
    const client = api(t);
    const phoneNumber = freshNumber();
    const { body } = await client.verify(phoneNumber, await client.codeFor(phoneNumber), { role: 'admin' });
    expect(decodeProtectedHeader(body.accessToken)).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
    expect(decodeJwt(body.accessToken)).toMatchObject({ role: 'admin', sub: body.user.id });
    expect(body.expiresIn).toBe(900);
    expect((await client.get('/.well-known/jwks.json')).body).toEqual({ keys: [] });
    const headers = { authorization: `Bearer ${body.accessToken}` };
    expect((await client.get('/get-session', headers)).body.user.id).toBe(body.user.id);
    const [row] = await t.app.get(DataSource).getRepository(PhoneAuthRefreshToken).find();
    expect(row?.expiresAt).toBe(t.clock.now() + 7 * DAY * 1_000);

    // no grace: the first reuse ends the session
    await client.post('/refresh', { refreshToken: body.refreshToken }).expect(200);
    await client.post('/refresh', { refreshToken: body.refreshToken }).expect(401);
    expect((await client.get('/get-session', headers)).text).toBe('null');

    fails = true;
    const code = await client.codeFor(phoneNumber);
    expect((await client.verify(phoneNumber, code)).status).toBe(500);
    expect(await t.app.get(PhoneAuthService).listSessions(body.user.id)).toEqual([]);
    await t.close();
  });

  it('KavachOS’s routes give pairs as well', async () => {
    const t = await startOn(platform, { options: { ...PAIR, dialects: ['kavachos'] } });
    const client = api(t);
    const phone = freshNumber();
    await client.post('/phone/send-code', { phone }).expect(200);
    await t.settled();
    const code = t.inbox.lastCodeFor(phone);
    const { body } = await client.post('/phone/verify-code', { phone, code }).expect(200);
    expect(Object.keys(body).sort()).toEqual(['accessToken', 'expiresIn', 'refreshToken', 'session', 'user']);
    await client.post('/refresh', { refreshToken: body.refreshToken }).expect(200);
    await t.close();
  });

  it('without the strategy there are no pairs, and a JWT is no session', async () => {
    const t = await startOn(platform);
    const client = api(t);
    const phoneNumber = freshNumber();
    const { body } = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
    for (const name of ['accessToken', 'refreshToken', 'expiresIn']) expect(body).not.toHaveProperty(name);
    const { token } = (await client.get('/token', { authorization: `Bearer ${body.token}` })).body;
    expect((await client.get('/get-session', { authorization: `Bearer ${token}` })).text).toBe('null');
    expect((await client.post('/refresh', { refreshToken: body.token })).body).toEqual(INVALID);
    await t.close();
  });
});
