import { createHmac, createPublicKey } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { CryptoRandomSource } from '../runtime/random-source.js';
import { AccessTokens, type AccessTokenSubject } from './access-tokens.js';
import { SigningKeys } from './signing-keys.js';

const secret = 'the secret of this application, long enough';
const shared = 'a secret that other services have as well';
const START = Date.UTC(2026, 0, 1);

const subject: AccessTokenSubject = {
  user: {
    id: 'user-1',
    name: 'Ada',
    email: 'ada@example.com',
    emailVerified: true,
    image: null,
    createdAt: new Date(START),
    phoneNumber: '+12025550123',
    phoneNumberVerified: true,
    fields: { role: 'admin' },
  },
  session: { id: 'session-1', amr: 'sms', createdAt: new Date(START), expiresAt: new Date(START + 9e8) },
};

function tokensWith(options: object = {}, now = START) {
  const config = resolveConfig({ secret, ...options });
  const keys = new SigningKeys(config);
  return { keys, tokens: new AccessTokens(keys, { now: () => now }, new CryptoRandomSource(), config) };
}
const issue = async (options: object = {}) => (await tokensWith(options).tokens.issue(subject)).token;
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const SHARED = { accessToken: { secret: shared } };

describe.each<['ES256' | 'HS256', object]>([
  ['ES256', {}],
  ['HS256', SHARED],
])('access tokens under %s', (alg, options) => {
  it('R55 are read by who has the key, and say algorithm, type and key in their header', async () => {
    const token = await issue(options);
    expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'at+jwt', kid: expect.any(String) });
    expect(await tokensWith(options).tokens.read(token)).toEqual({ sub: 'user-1', sid: 'session-1' });
    expect(await tokensWith({ ...options, secret: `another ${secret}` }).tokens.read(token)).toEqual(
      alg === 'HS256' ? { sub: 'user-1', sid: 'session-1' } : undefined,
    );
  });

  it('R55 expire; only whoever signs out may show a dead one', async () => {
    const token = await issue(options);
    const at = (seconds: number) => tokensWith(options, START + seconds * 1_000).tokens;
    expect(await at(599).read(token)).toBeDefined();
    expect(await at(600).read(token)).toBeUndefined();
    expect(await at(600).read(token, { allowExpired: true })).toBeDefined();
  });

  it('R55 are refused without a signature, under another algorithm, type, issuer, audience or key', async () => {
    const token = await issue(options);
    const [head = '', body = '', signature = ''] = token.split('.');
    const header = decodeProtectedHeader(token);
    const { tokens, keys } = tokensWith(options);
    const payload: JWTPayload = decodeJwt(token);
    const resigned = (changes: object, claims: object = {}) =>
      new JwtService({}).sign(
        { ...payload, ...claims },
        { ...(alg === 'HS256' ? { secret: shared } : { privateKey: keys.signingKey }), ...changes },
      );
    const kid = header.kid ?? '';
    // the key that everybody may read, taken for a shared secret
    const published = createPublicKey(
      keys.signingKey.type === 'secret' ? tokensWith().keys.signingKey : keys.signingKey,
    );
    const pem = published.export({ type: 'spki', format: 'pem' });
    const swapped = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${body}`;
    const forgeries = {
      none: `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
      'no signature': `${head}.${body}.`,
      'none, no signature': `${encode({ ...header, alg: 'none' })}.${body}.`,
      'alg swap': `${swapped}.${createHmac('sha256', pem).update(swapped).digest('base64url')}`,
      claims: `${head}.${encode({ ...decodeJwt(token), sub: 'eve' })}.${signature}`,
      typ: resigned({ algorithm: alg, keyid: kid }),
      issuer: resigned({ algorithm: alg, header: { ...header } }, { iss: 'https://evil.example' }),
      audience: resigned({ algorithm: alg, header: { ...header } }, { aud: 'orders' }),
      'no session': resigned({ algorithm: alg, header: { ...header } }, { sid: undefined }),
      'no kid': resigned({ algorithm: alg, header: { alg, typ: 'at+jwt' } }),
      'other kid': resigned({ algorithm: alg, header: { ...header, kid: 'another' } }),
      'kid that is none': `${encode({ ...header, kid: ['x'] })}.${body}.${signature}`,
      'no JSON': `${Buffer.from('{').toString('base64url')}.${body}.${signature}`,
      'much too long': `${head}.${body}.${'A'.repeat(9_000)}`,
    };
    expect(await tokens.read(resigned({ algorithm: alg, header: { ...header } }))).toBeDefined();
    for (const [what, forged] of Object.entries(forgeries))
      expect(await tokens.read(forged), what).toBeUndefined();
  });
});

describe('the claims of access tokens', () => {
  it('S3.40 a host adds some, from the user, and cannot override those of the module', async () => {
    const claims = vi.fn<(user: object) => object>(() => ({
      role: 'admin',
      sub: 'eve',
      sid: 'x',
      exp: 9e9,
      iss: 'evil',
      aud: 'evil',
      amr: ['mfa'],
      nbf: 9e9,
      jti: 'always the same',
      phone_number_verified: false,
    }));
    const token = decodeJwt(await issue({ accessToken: { claims } }));
    expect(claims).toHaveBeenCalledExactlyOnceWith(subject.user);
    expect(token).toEqual({
      ...decodeJwt(await issue()),
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      role: 'admin',
    });
  });

  it('S3.38 two of the same second differ', async () => {
    const [one, two] = [decodeJwt(await issue()), decodeJwt(await issue())];
    expect(one.iat).toBe(two.iat);
    expect(one.jti).not.toBe(two.jti);
  });

  it('a key that both sides share is published nowhere, and its name tells nothing of it', () => {
    const { keys } = tokensWith(SHARED);
    expect(keys.published).toEqual([]);
    expect(keys.kid).toMatch(/^[\w-]{22}$/);
    expect(keys.kid).not.toBe(tokensWith({ accessToken: { secret: `${shared}!` } }).keys.kid);
    expect(JSON.stringify(keys)).not.toContain(shared);
  });

  it('R55 no other algorithm is believed, even under the right key', async () => {
    const { kid } = tokensWith(SHARED).keys;
    const under = (algorithm: 'HS256' | 'HS512', payload: JWTPayload) =>
      new JwtService({ secret: shared }).sign(payload, { header: { alg: algorithm, typ: 'at+jwt', kid } });
    const claims: JWTPayload = decodeJwt(await issue(SHARED));
    expect(await tokensWith(SHARED).tokens.read(under('HS256', claims))).toBeDefined();
    expect(await tokensWith(SHARED).tokens.read(under('HS512', claims))).toBeUndefined();
  });
});
