import { createPublicKey, verify } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookPackages } from './webhook-packages.js';
import { WebhookSigner } from './webhook-signer.js';

const present = 'the secret of this application, long enough';
const former = 'the secret of last year, and long enough too';

const keysOf = (secret: string, previousSecrets: string[] = []) =>
  new WebhookKeys(resolveConfig({ secret, previousSecrets }));

describe('the keys of webhooks', () => {
  it('S5.28 are the same in every process that has the secret, and others under another one', () => {
    expect(keysOf(present).published).toEqual(keysOf(present).published);
    expect(keysOf(present).kid).not.toBe(keysOf(former).kid);
  });

  it('S5.28 stay the same from release to release: receivers may have noted them', () => {
    expect(keysOf(present).kid).toMatchInlineSnapshot(`"YgLL_LTq65a9BVBotN7I9I_Bhd2IF5jQMgch5bzR-ZQ"`);
  });

  it('S5.27 are named by their thumbprint (RFC 7638)', async () => {
    for (const { kid, ...jwk } of keysOf(present, [former]).published)
      expect(kid).toBe(await calculateJwkThumbprint(jwk));
  });

  it('S5.27, S5.28 are published without their private half, the previous ones too', () => {
    const { published } = keysOf(present, [former]);
    expect(published.map(({ kid }) => kid)).toEqual([keysOf(present).kid, keysOf(former).kid]);
    for (const key of published) {
      expect(key).toEqual({
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.stringMatching(/^[\w-]{43}$/),
        use: 'sig',
        alg: 'EdDSA',
      });
    }
  });

  it('are not shown where the holder is printed', () => {
    const { d } = keysOf(present).privateKey.export({ format: 'jwk' });
    expect(d).toBeTruthy();
    expect(JSON.stringify(keysOf(present))).not.toContain(d);
  });
});

describe('the signature of an event', () => {
  const keys = keysOf(present);
  const signer = new WebhookSigner(keys, new WebhookPackages());
  const body = '{"text":"Grüße"}';
  const timestamp = 1_764_300_000_123;
  const payload = Buffer.from(`${timestamp}.${Buffer.from(body).toString('base64url')}`).toString(
    'base64url',
  );
  const [jwk] = keys.published;

  it('S5.26 is detached, and says algorithm and key', async () => {
    const [header = '', nothing, signature] = (await signer.sign(body, timestamp)).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'EdDSA',
      typ: 'JWS',
      kid: keys.kid,
    });
    expect(nothing).toBe('');
    expect(signature).toMatch(/^[\w-]{86}$/);
  });

  it('S5.26 is one that jose verifies', async () => {
    const [header, , signature] = (await signer.sign(body, timestamp)).split('.');
    const verified = await compactVerify(`${header}.${payload}.${signature}`, await importJWK({ ...jwk }));
    expect(verified.protectedHeader.alg).toBe('EdDSA');
  });

  it('S5.26 is one that node:crypto verifies over header, time and body', async () => {
    const [header, , signature = ''] = (await signer.sign(body, timestamp)).split('.');
    const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const isRight = (text: string) =>
      verify(null, Buffer.from(`${header}.${text}`), publicKey, Buffer.from(signature, 'base64url'));
    expect(isRight(payload)).toBe(true);
    expect(isRight(Buffer.from(`${timestamp + 1}.${body}`).toString('base64url'))).toBe(false);
  });
});
