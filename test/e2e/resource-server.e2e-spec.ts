import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AccessToken,
  type AccessTokenClaims,
  AccessTokenGuard,
  AccessTokenModule,
  type AccessTokenModuleOptions,
  AccessTokenVerifier,
  Public,
} from 'nestjs-phone-auth/resource-server';
import { Clock } from 'nestjs-phone-auth';
import { TestClock } from 'nestjs-phone-auth/testing';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessTokenOf, altered, KeyServer } from '../support/access-tokens.js';
import { api } from '../support/api.js';
import { type AdapterName, makeAdapter, startOn, testLogger } from '../support/platforms.js';

@UseGuards(AccessTokenGuard)
@Controller('orders')
class OrdersController {
  @Get('mine')
  mine(@AccessToken() claims: AccessTokenClaims) {
    return claims;
  }

  @Public()
  @Get('public')
  open(@AccessToken() claims: AccessTokenClaims | null) {
    return { user: claims?.sub ?? null };
  }
}

const ISSUER = 'https://id.example.com';
const AUDIENCE = 'orders';

/** A service with nothing but the guard, on an adapter, at a time of its own. */
async function startService(
  adapter: AdapterName,
  options: Partial<AccessTokenModuleOptions>,
  clock = new TestClock(),
): Promise<INestApplication> {
  const module = await Test.createTestingModule({
    imports: [AccessTokenModule.forRoot({ issuer: ISSUER, audience: AUDIENCE, ...options })],
    controllers: [OrdersController],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .setLogger(testLogger())
    .compile();
  return listening(module.createNestApplication(makeAdapter(adapter)));
}

async function listening(app: INestApplication): Promise<INestApplication> {
  await app.listen(0, '127.0.0.1');
  return app;
}

const show = (app: INestApplication, token: string | undefined, path = 'mine') => {
  const call = request(app.getHttpServer()).get(`/orders/${path}`);
  return token === undefined ? call : call.set('authorization', `Bearer ${token}`);
};

const UNAUTHORIZED = {
  statusCode: 401,
  code: 'UNAUTHORIZED',
  message: 'Unauthorized',
  error: 'Unauthorized',
};

const UNAVAILABLE = { statusCode: 503, code: 'SERVICE_UNAVAILABLE', error: 'Service Unavailable' };

/** A key of the tests' own, so that tokens can be wrong in one thing and right in all others. */
async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' };
  return { kid, privateKey, publicKey, jwk };
}
type Key = Awaited<ReturnType<typeof makeKey>>;

const clock = new TestClock();
const now = () => Math.floor(clock.now() / 1_000);

/** A token as the module makes them, but for what a test changes. */
function tokenOf(key: Key, { header = {}, claims = {} }: { header?: object; claims?: object } = {}) {
  const whole = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ada',
    sid: 'session',
    jti: crypto.randomUUID(),
    iat: now(),
    exp: now() + 600,
    auth_time: now(),
    amr: ['sms', 'otp'],
    phone_number_verified: true,
    ...claims,
  };
  return new SignJWT(whole)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(key.privateKey);
}

describe.each(['express', 'fastify'] as const)('AccessTokenGuard on %s', (adapter) => {
  let keys: KeyServer;
  let app: INestApplication;
  let key: Key;
  beforeAll(async () => {
    key = await makeKey('this-year');
    keys = await new KeyServer().listen();
    keys.publish({ keys: [key.jwk] });
    app = await startService(adapter, { jwksUrl: keys.url }, clock);
  });
  afterAll(async () => {
    await app.close();
    await keys.close();
  });

  it('R55 lets in with a token that is in order, and hands on its claims', async () => {
    const answer = await show(app, await tokenOf(key));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ iss: ISSUER, aud: AUDIENCE, sub: 'ada', amr: ['sms', 'otp'] });
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it('takes the word Bearer in any case', async () => {
    const token = await tokenOf(key);
    for (const authorization of [`bearer ${token}`, `BEARER  ${token}`]) {
      const answer = await request(app.getHttpServer())
        .get('/orders/mine')
        .set('authorization', authorization);
      expect(answer.status, authorization).toBe(200);
    }
  });

  it('without a token it is 401, and the challenge names no error (RFC 6750, 3.1)', async () => {
    for (const authorization of [undefined, 'Bearer', 'Basic YTpi', 'Bearer a b']) {
      const call = request(app.getHttpServer()).get('/orders/mine');
      const answer = await (authorization === undefined ? call : call.set('authorization', authorization));
      expect([answer.status, answer.body], authorization).toEqual([401, UNAUTHORIZED]);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  const symmetric = async (secret: Uint8Array) =>
    new SignJWT({ sub: 'eve', iss: ISSUER, aud: AUDIENCE, exp: now() + 600, iat: now() })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })
      .sign(secret);

  const forgeries: [what: string, forge: () => Promise<string>][] = [
    ['alg none, unsigned', async () => (await none()).replace(/[^.]*$/, '')],
    ['alg none under a real signature', () => none()],
    ['HS256 with the public key in PEM', async () => symmetric(Buffer.from(await exportSPKI(key.publicKey)))],
    ['HS256 with the public key in JSON', () => symmetric(Buffer.from(JSON.stringify(key.jwk)))],
    ['HS256 with the x coordinate', () => symmetric(Buffer.from(String(key.jwk.x), 'base64url'))],
    ['a key that nobody published', async () => tokenOf(await makeKey('made-up'))],
    ['a key that claims to be the published one', async () => tokenOf(await makeKey(key.kid))],
    ['another kid under the right signature', () => tokenOf(key, { header: { kid: 'made-up' } })],
    [
      'a key of its own in the header',
      async () => {
        const own = await makeKey('own');
        return tokenOf(own, { header: { jwk: own.jwk } });
      },
    ],
    ['typ JWT', () => tokenOf(key, { header: { typ: 'JWT' } })],
    ['typ of an ID token', () => tokenOf(key, { header: { typ: 'id+jwt' } })],
    ['no typ', () => tokenOf(key, { header: { typ: undefined } })],
    ['another issuer', () => tokenOf(key, { claims: { iss: 'https://evil.example' } })],
    ['an issuer that begins alike', () => tokenOf(key, { claims: { iss: `${ISSUER}.evil.example` } })],
    ['another audience', () => tokenOf(key, { claims: { aud: 'payments' } })],
    ['no issuer', () => tokenOf(key, { claims: { iss: undefined } })],
    ['no audience', () => tokenOf(key, { claims: { aud: undefined } })],
    ['no user', () => tokenOf(key, { claims: { sub: undefined } })],
    ['no session', () => tokenOf(key, { claims: { sid: undefined } })],
    ['no end', () => tokenOf(key, { claims: { exp: undefined } })],
    ['an end in words', () => tokenOf(key, { claims: { exp: '9999999999' } })],
    ['an end that is over', () => tokenOf(key, { claims: { exp: now() - 6 } })],
    ['a beginning yet to come', () => tokenOf(key, { claims: { nbf: now() + 60 } })],
    ['a changed user', async () => altered(await tokenOf(key), { claims: { sub: 'eve' } })],
    ['a changed end', async () => altered(await tokenOf(key), { claims: { exp: now() + 9_999 } })],
    ['a changed header', async () => altered(await tokenOf(key), { header: { cty: 'JWT' } })],
    ['a cut signature', async () => (await tokenOf(key)).slice(0, -2)],
    ['no signature', async () => (await tokenOf(key)).replace(/[^.]*$/, '')],
    ['a token that is too long', () => tokenOf(key, { claims: { padding: 'x'.repeat(5_000) } })],
    ['a session’s token', () => Promise.resolve('tz0bKqVYl5dB2n6lCw0Vv3pTnE9dJrX4mGhSaUyQeLk')],
    ['something else', () => Promise.resolve('a.b.c')],
  ];
  const none = async () => altered(await tokenOf(key), { header: { alg: 'none' } });

  it.each(forgeries)('R55 refuses %s: 401', async (_, forge) => {
    const answer = await show(app, await forge());
    expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('R55 a token ends when its time is up, give or take the tolerance', async () => {
    const token = await tokenOf(key);
    clock.advance({ seconds: 604 });
    expect((await show(app, token)).status).toBe(200);
    clock.advance({ seconds: 2 });
    expect((await show(app, token)).status).toBe(401);
  });

  it('@Public() lets everybody in and still knows who is there', async () => {
    expect((await show(app, undefined, 'public')).body).toEqual({ user: null });
    expect((await show(app, 'a.b.c', 'public')).body).toEqual({ user: null });
    expect((await show(app, await tokenOf(key), 'public')).body).toEqual({ user: 'ada' });
  });

  it('the keys were fetched once for all of this', () => {
    expect(keys.requests).toBe(1);
  });
});

describe.each(['express', 'fastify'] as const)('the keys of AccessTokenGuard on %s', (adapter) => {
  let keys: KeyServer;
  let old: Key;
  let fresh: Key;
  let app: INestApplication | undefined;
  beforeAll(async () => {
    [old, fresh] = [await makeKey('old'), await makeKey('fresh')];
  });
  beforeEach(async () => {
    keys = await new KeyServer().listen();
    keys.publish({ keys: [old.jwk] });
  });
  afterEach(async () => {
    await app?.close();
    await keys.close();
  });
  const start = async (options: Partial<AccessTokenModuleOptions> = {}) =>
    (app = await startService(adapter, { jwksUrl: keys.url, timeout: 500, ...options }, clock));

  it('R55 a new key is picked up, and the old one is good while it is published', async () => {
    const app = await start({ cooldown: 0 });
    expect((await show(app, await tokenOf(old))).status).toBe(200);
    expect((await show(app, await tokenOf(fresh))).status).toBe(401);
    keys.publish({ keys: [fresh.jwk, old.jwk] });
    expect((await show(app, await tokenOf(fresh))).status).toBe(200);
    expect((await show(app, await tokenOf(old))).status).toBe(200);
    expect(keys.requests).toBe(3);
  });

  it('made-up keys do not keep the service fetching', async () => {
    const app = await start();
    for (let i = 0; i < 20; i++) expect((await show(app, await tokenOf(fresh))).status).toBe(401);
    expect(keys.requests).toBe(1);
  });

  it('requests at one time share one fetch', async () => {
    const app = await start();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(old)));
    const answers = await Promise.all(tokens.map((token) => show(app, token)));
    expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 200));
    expect(keys.requests).toBe(1);
  });

  it.each([
    ['that break the connection', 0, ''],
    ['that answer 500', 500, '{"keys":[]}'],
    ['that answer 404', 404, ''],
    ['that send elsewhere', 302, ''],
    ['that are no JSON', 200, '<h1>Welcome</h1>'],
    ['that are no keys', 200, '{"hello":"world"}'],
  ])(
    'keys %s are 503, for a token in order as for a forged one, and mend by themselves',
    async (_, ...bad) => {
      keys.answer(...bad);
      const app = await start();
      for (const token of [await tokenOf(old), await tokenOf(fresh)]) {
        for (const path of ['mine', 'public']) {
          const answer = await show(app, token, path);
          expect([answer.status, answer.body]).toEqual([503, expect.objectContaining(UNAVAILABLE)]);
          expect(answer.headers['retry-after']).toBe('5');
          expect(answer.headers['www-authenticate']).toBeUndefined();
          expect(JSON.stringify(answer.body)).not.toContain('127.0.0.1');
        }
      }
      expect((await show(app, undefined)).status).toBe(401);
      keys.publish({ keys: [old.jwk] });
      expect((await show(app, await tokenOf(old))).status).toBe(200);
    },
  );

  it('nobody at the address is 503, and alg none is 401 all the same', async () => {
    const app = await start({ jwksUrl: (await KeyServer.abandoned()).href });
    expect((await show(app, await tokenOf(old))).body).toMatchObject(UNAVAILABLE);
    const unsigned = altered(await tokenOf(old), { header: { alg: 'none' } });
    expect((await show(app, unsigned)).status).toBe(401);
  });
});

describe.each(['express', 'fastify'] as const)('a service beside the application on %s', (adapter) => {
  it('R55 takes its tokens by its address alone, and no session', async () => {
    const { port, origin: baseURL } = await KeyServer.abandoned();
    const auth = await startOn({ adapter, database: 'sqlite' }, { options: { baseURL } });
    await auth.app.listen(port, '127.0.0.1');
    const service = await startService(adapter, { issuer: baseURL, audience: baseURL }, auth.clock);

    const { bearer, token, user, phoneNumber } = await api(auth).signIn();
    const answer = await show(service, await accessTokenOf(auth, bearer));
    expect(answer.body).toMatchObject({
      sub: user.id,
      phone_number: phoneNumber,
      phone_number_verified: true,
    });
    expect((await show(service, token)).status).toBe(401);

    await service.close();
    await auth.close();
  });
});

describe('AccessTokenModule', () => {
  const allowed = { issuer: ISSUER, audience: AUDIENCE };

  it('guards a whole application as APP_GUARD, with options from a factory', async () => {
    const key = await makeKey('this-year');
    const keys = await new KeyServer().listen();
    keys.publish({ keys: [key.jwk] });

    @Controller('orders')
    class PlainController extends OrdersController {}
    const module = await Test.createTestingModule({
      imports: [
        AccessTokenModule.forRootAsync({
          isGlobal: true,
          useFactory: () => Promise.resolve({ ...allowed, jwksUrl: keys.url }),
        }),
      ],
      controllers: [PlainController],
      providers: [{ provide: APP_GUARD, useClass: AccessTokenGuard }],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const app = await listening(module.createNestApplication(makeAdapter('express')));
    expect((await show(app, undefined)).status).toBe(401);
    expect((await show(app, await tokenOf(key))).status).toBe(200);
    const verifier = app.get(AccessTokenVerifier, { strict: false });
    expect((await verifier.verify(await tokenOf(key))).sub).toBe('ada');
    await app.close();
    await keys.close();
  });

  it.each([
    ['issuer', { audience: AUDIENCE }],
    ['audience', { issuer: ISSUER }],
    ['audience', { issuer: ISSUER, audience: '' }],
    ['jwksUrl', { issuer: 'acme', audience: AUDIENCE }],
    ['jwksUrl', { ...allowed, jwksUrl: 'file:///etc/keys.json' }],
    ['clockTolerance', { ...allowed, clockTolerance: 61 }],
    ['cacheMaxAge', { ...allowed, cacheMaxAge: 0 }],
    ['cooldown', { ...allowed, cooldown: -1 }],
    ['timeout', { ...allowed, timeout: 5 }],
    ['algorithms', { ...allowed, algorithms: ['none'] }],
  ])('does not start where %s cannot be right: %j', async (option, options) => {
    const start = Test.createTestingModule({
      imports: [AccessTokenModule.forRoot(options as AccessTokenModuleOptions)],
    }).compile();
    await expect(start).rejects.toMatchObject({ option: `AccessTokenModule.${option}` });
  });
});
