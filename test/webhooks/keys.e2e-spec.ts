import { createPublicKey, verify } from 'node:crypto';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { AccessTokenVerifier } from 'nestjs-phone-auth/resource-server';
import type { TestApp, TestAppOptions } from 'nestjs-phone-auth/testing';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveOptions } from '../../src/resource-server/resolve-options.js';
import { accessTokenOf, keysOf, KeyServer } from '../support/access-tokens.js';
import { api, freshNumber } from '../support/api.js';
import { type AdapterName, startOn } from '../support/platforms.js';
import { startWithWebhooks, toReceiver } from '../support/webhook-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
beforeEach(() => receiver.reset());
afterAll(() => receiver.close());

const former = 'the secret of last year, and long enough too';
const present = 'the secret of this application, long enough';

describe.each(['express', 'fastify'] as AdapterName[])('the keys of webhooks on %s', (adapter) => {
  let t: TestApp | undefined;
  afterEach(async () => {
    await t?.close();
    t = undefined;
  });

  const start = async (
    options: NonNullable<TestAppOptions['options']>,
    configure?: TestAppOptions['configure'],
  ) => {
    await t?.close();
    t = await startWithWebhooks(
      { adapter, database: 'sqlite' },
      { options, ...(configure && { configure }) },
    );
    return t;
  };
  const delivered = async (app: TestApp) => {
    receiver.reset();
    await api(app).sendOtp(freshNumber()).expect(200);
    return receiver.deliveries[0]!;
  };
  const kids = ({ keys }: JSONWebKeySet) => keys.filter(({ kty }) => kty === 'OKP').map(({ kid }) => kid);

  it('S5.26, S5.27 check an event with nothing but jose and the published keys', async () => {
    const app = await start(toReceiver(receiver.url()));
    const { headers, rawBody } = await delivered(app);
    const [header, , signature] = headers['x-neon-signature']!.split('.');
    const text = `${headers['x-neon-timestamp']}.${Buffer.from(rawBody).toString('base64url')}`;
    const payload = Buffer.from(text).toString('base64url');
    const keys = await keysOf(app);
    const { protectedHeader } = await compactVerify(
      `${header}.${payload}.${signature}`,
      createLocalJWKSet(keys),
    );
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'JWS', kid: headers['x-neon-signature-kid'] });
    expect(kids(keys)).toEqual([headers['x-neon-signature-kid']]);
    for (const key of keys.keys) expect(key).not.toHaveProperty('d');
  });

  it("S5.26 check an event by hand, step by step as Neon's guide has it", async () => {
    const app = await start(toReceiver(receiver.url()));
    const { headers, rawBody } = await delivered(app);
    const jwk = (await keysOf(app)).keys.find(({ kid }) => kid === headers['x-neon-signature-kid']);
    const [header, detached, signature = ''] = headers['x-neon-signature']!.split('.');
    expect(detached).toBe('');
    const isGenuine = (timestamp: string, body: string) => {
      const signed = `${timestamp}.${Buffer.from(body, 'utf8').toString('base64url')}`;
      const input = `${header}.${Buffer.from(signed, 'utf8').toString('base64url')}`;
      const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
      return verify(null, Buffer.from(input), publicKey, Buffer.from(signature, 'base64url'));
    };
    expect(isGenuine(headers['x-neon-timestamp']!, rawBody)).toBe(true);
    expect(isGenuine(String(Number(headers['x-neon-timestamp']) + 1), rawBody)).toBe(false);
    expect(isGenuine(headers['x-neon-timestamp']!, `${rawBody} `)).toBe(false);
  });

  it('S5.27 are at the root of the origin as well, where that is wanted, whatever the prefix', async () => {
    const prefix: TestAppOptions['configure'] = (nest) => void nest.setGlobalPrefix('api');
    const with_ = await start(toReceiver(receiver.url(), { keysAtRoot: true }), prefix);
    const root = await request(with_.app.getHttpServer()).get('/.well-known/jwks.json').expect(200);
    expect(root.headers['cache-control']).toBe('public, max-age=300');
    const below = await api(with_, '/api/auth').get('/.well-known/jwks.json').expect(200);
    expect(root.body).toEqual(below.body);

    const without = await start(toReceiver(receiver.url()), prefix);
    await request(without.app.getHttpServer()).get('/.well-known/jwks.json').expect(404);
  });

  it('S5.28 of the secret before this one stay published', async () => {
    const before = kids(await keysOf(await start({ ...toReceiver(receiver.url()), secret: former })));
    const app = await start({ ...toReceiver(receiver.url()), secret: present, previousSecrets: [former] });
    const after = kids(await keysOf(app));
    expect(after).toHaveLength(2);
    expect(after[1]).toBe(before[0]);
    expect((await delivered(app)).headers['x-neon-signature-kid']).toBe(after[0]);
  });

  it('S5.27 are not there without webhooks, and do not disturb those who check access tokens', async () => {
    t = await startOn({ adapter, database: 'sqlite' });
    expect(kids(await keysOf(t))).toEqual([]);

    const app = await start({ ...toReceiver(receiver.url()), sendOTP: () => undefined });
    const phoneNumber = freshNumber();
    await api(app).sendOtp(phoneNumber).expect(200);
    const code = receiver.events('send.otp')[0]!.event_data.otp_code;
    const { body } = await api(app).verify(phoneNumber, code).expect(200);
    const token = await accessTokenOf(app, { authorization: `Bearer ${(body as { token: string }).token}` });
    const server = await new KeyServer().listen();
    server.publish(await keysOf(app));
    const issuer = 'nestjs-phone-auth';
    const options = resolveOptions({ issuer, audience: issuer, jwksUrl: server.url });
    const claims = await new AccessTokenVerifier(options, app.clock).verify(token);
    expect(claims.phone_number).toBe(phoneNumber);
    await server.close();
  });
});
