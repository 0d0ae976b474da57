import { Controller, Get, UseGuards } from '@nestjs/common';
import { PhoneAuthGuard, PhoneAuthService } from 'nestjs-phone-auth';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { accessTokenOf, altered, keysOf, verifyWith } from '../support/access-tokens.js';
import { api } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

@Controller('me')
class MeController {
  @UseGuards(PhoneAuthGuard)
  @Get()
  me() {
    return 'somebody';
  }
}

const UNAUTHORIZED = {
  statusCode: 401,
  code: 'UNAUTHORIZED',
  message: 'Unauthorized',
  error: 'Unauthorized',
};

describe.each(everyAdapterAndDatabase)('access tokens on $name', (platform) => {
  const { t, client } = useApp(platform, { metadata: { controllers: [MeController] } });

  const now = () => Math.floor(t.clock.now() / 1_000);
  const signIn = async () => {
    const session = await client.signIn();
    return { ...session, jwt: await accessTokenOf(t, session.bearer) };
  };

  it('R55 a session gets one, by bearer and by cookie, and nothing on the way keeps it', async () => {
    const { bearer, cookie } = await client.signIn();
    for (const headers of [bearer, { cookie }]) {
      const answer = await client.get('/token', headers);
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.body).toEqual({ token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{86}$/) });
    }
  });

  it('nobody else does: 401 UNAUTHORIZED', async () => {
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { authorization: 'Bearer a.b.c' }]) {
      const answer = await client.get('/token', headers);
      expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('R55 says who signed in, how and when, in exactly these claims', async () => {
    const session = await client.signIn();
    const signedInAt = now();
    t.clock.advance({ minutes: 5, milliseconds: 700 });
    const token = await accessTokenOf(t, session.bearer);
    const { payload, protectedHeader } = await verifyWith(await keysOf(t), token, t.clock.now());
    const { body } = await client.get('/get-session', session.bearer);
    expect(payload).toEqual({
      iss: 'nestjs-phone-auth',
      aud: 'nestjs-phone-auth',
      sub: session.user.id,
      sid: body.session.id,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: now(),
      exp: now() + 600,
      auth_time: signedInAt,
      amr: ['sms', 'otp'],
      phone_number: session.phoneNumber,
      phone_number_verified: true,
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
  });

  it('R55 amr is pwd after a sign-in by password, and after the password was changed', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const signedIn = await client.passwordSignIn(phoneNumber, password).expect(200);
    const bearer = { authorization: `Bearer ${signedIn.body.token}` };
    expect(decodeJwt(await accessTokenOf(t, bearer))).toMatchObject({ amr: ['pwd'] });

    const change = { currentPassword: password, newPassword: 'battery staple', revokeOtherSessions: true };
    const changed = await client.post('/change-password', change, bearer).expect(200);
    const next = { authorization: `Bearer ${changed.body.token}` };
    expect(decodeJwt(await accessTokenOf(t, next))).toMatchObject({ amr: ['pwd'] });
  });

  it('an account that has released its number has no phone_number', async () => {
    const { bearer } = await client.signIn();
    await client.post('/update-user', { phoneNumber: null }, bearer).expect(200);
    const claims = decodeJwt(await accessTokenOf(t, bearer));
    expect(claims).not.toHaveProperty('phone_number');
    expect(claims).toMatchObject({ phone_number_verified: false });
  });

  it('R55 every token has an id of its own', async () => {
    const { bearer } = await client.signIn();
    const [one, two] = [await accessTokenOf(t, bearer), await accessTokenOf(t, bearer)].map(decodeJwt);
    expect(one?.jti).not.toBe(two?.jti);
    expect(one?.['sid']).toBe(two?.['sid']);
  });

  it('R55 expires after ten minutes', async () => {
    const { jwt } = await signIn();
    const keys = await keysOf(t);
    const issued = now() * 1_000;
    await expect(verifyWith(keys, jwt, issued + 599_000)).resolves.toBeDefined();
    await expect(verifyWith(keys, jwt, issued + 600_000)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  it('does not outlive its session', async () => {
    const { bearer } = await client.signIn();
    const { session } = (await client.get('/get-session', bearer)).body;
    t.clock.advance({ days: 6, hours: 23, minutes: 59 });
    const claims = decodeJwt(await accessTokenOf(t, bearer));
    expect(claims.exp).toBe(Math.floor(Date.parse(session.expiresAt) / 1_000));
    expect(claims.exp! - now()).toBe(60);
  });

  it('R55 there are no more of them once the session was signed out, has ended, or was revoked', async () => {
    const signedOut = await client.signIn();
    await client.post('/sign-out', {}, signedOut.bearer).expect(200);
    const revoked = await client.signIn();
    await client.post('/revoke-sessions', {}, revoked.bearer).expect(200);
    const ended = await client.signIn();
    t.clock.advance({ days: 8 });
    for (const { bearer, cookie } of [signedOut, revoked, ended]) {
      expect((await client.get('/token', bearer)).body).toEqual(UNAUTHORIZED);
      expect((await client.get('/token', { cookie })).body).toEqual(UNAUTHORIZED);
    }
  });

  it('R55 an access token is no session', async () => {
    const { jwt, token } = await signIn();
    const headers = { authorization: `Bearer ${jwt}` };
    expect((await client.get('/get-session', headers)).text).toBe('null');
    expect((await client.get('/token', headers)).status).toBe(401);
    expect((await api(t, '/me').get('', headers)).status).toBe(401);
    expect((await api(t, '/me').get('', { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await client.get('/list-sessions', headers)).status).toBe(401);
    expect((await client.get('/get-session', { cookie: `better-auth.session_token=${jwt}` })).text).toBe(
      'null',
    );
  });

  it('R55 a session’s token is no access token, raw or signed', async () => {
    const { token, cookie } = await client.signIn();
    const signed = decodeURIComponent(cookie.replace(/^[^=]*=/, ''));
    for (const opaque of [token, signed])
      await expect(verifyWith(await keysOf(t), opaque, t.clock.now())).rejects.toMatchObject({
        code: 'ERR_JWS_INVALID',
      });
  });

  it('R55 is refused by a JWT library where it was tampered with, or is for or from somebody else', async () => {
    const { jwt } = await signIn();
    const keys = await keysOf(t);
    const verify = (token: string, expected?: object) => verifyWith(keys, token, t.clock.now(), expected);
    const bad = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
    await expect(verify(altered(jwt, { claims: { sub: 'eve' } }))).rejects.toMatchObject({ code: bad });
    await expect(verify(altered(jwt, { claims: { exp: 9e9 } }))).rejects.toMatchObject({ code: bad });
    await expect(verify(altered(jwt, { header: { alg: 'none' } }))).rejects.toMatchObject({
      code: 'ERR_JOSE_ALG_NOT_ALLOWED',
    });
    for (const expected of [{ audience: 'orders' }, { issuer: 'https://evil.example' }, { typ: 'JWT' }])
      await expect(verify(jwt, expected)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  });

  it('R55 the keys are public, and only their public half is', async () => {
    const answer = await client.get('/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.headers['set-cookie']).toBeUndefined();
    const { jwt } = await signIn();
    const { kid } = decodeProtectedHeader(jwt);
    const key = answer.body.keys[0];
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(answer.body).toEqual({ keys: [key] });
    expect(await calculateJwkThumbprint(key)).toBe(kid);
  });

  it('PhoneAuthService gives them out without HTTP', async () => {
    const { token, user } = await client.signIn();
    const service = t.app.get(PhoneAuthService);
    const jwt = await service.issueAccessToken(token);
    expect((await verifyWith(await keysOf(t), jwt, t.clock.now())).payload.sub).toBe(user.id);
    for (const other of ['', 'nonsense', jwt])
      await expect(service.issueAccessToken(other)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

describe.each(everyAdapterAndDatabase)('the options of access tokens on $name', (platform) => {
  it('issuer, audience and lifetime are options', async () => {
    const accessToken = { issuer: 'https://id.example.com', audience: 'orders', expiresIn: 60 };
    const t = await startOn(platform, { options: { accessToken } });
    const { bearer } = await api(t).signIn();
    const claims = decodeJwt(await accessTokenOf(t, bearer));
    expect(claims).toMatchObject({ iss: 'https://id.example.com', aud: 'orders' });
    expect(claims.exp! - claims.iat!).toBe(60);
    await t.close();
  });

  it('R55 two instances with one secret accept each other’s tokens, and nobody else’s', async () => {
    const instances = [await startOn(platform), await startOn(platform)] as const;
    const stranger = await startOn(platform, { options: { secret: 'another secret, and long enough too' } });
    const [one, two] = instances;
    const { bearer } = await api(one).signIn();
    const token = await accessTokenOf(one, bearer);
    expect(await keysOf(two)).toEqual(await keysOf(one));
    await expect(verifyWith(await keysOf(two), token, one.clock.now())).resolves.toBeDefined();
    await expect(verifyWith(await keysOf(stranger), token, one.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    await Promise.all([...instances, stranger].map((t) => t.close()));
  });
});
