import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { CryptoRandomSource } from '../runtime/random-source.js';
import { RefreshTokenSecrets } from './refresh-token-secrets.js';

const present = 'the secret of this application, long enough';
const former = 'the secret of last year, and long enough too';
const own = 'a secret for refresh tokens and nothing else';

const secretsOf = (options: object = {}) =>
  new RefreshTokenSecrets(
    resolveConfig({ secret: present, session: { strategy: 'token-pair' }, ...options }),
  );
const token = new CryptoRandomSource().token();
const successor = new CryptoRandomSource().token();

describe('what is stored of a refresh token', () => {
  it('R54, 8.27 is a keyed hash: the same in every process that has the secret, and no bare one', () => {
    const hash = secretsOf().hash(token);
    expect(hash).toMatch(/^[\da-f]{64}$/);
    expect(hash).toBe(secretsOf().hash(token));
    expect(hash).not.toBe(createHash('sha256').update(token).digest('hex'));
    expect(hash).not.toBe(secretsOf({ secret: former }).hash(token));
  });

  it('R54 is found under the present secret and under previous ones', () => {
    const before = secretsOf({ secret: former }).hash(token);
    expect(secretsOf({ previousSecrets: [former] }).hashes(token)).toEqual([secretsOf().hash(token), before]);
    expect(secretsOf().hashes(token)).not.toContain(before);
  });

  it('S3.39 a secret of its own takes the place of both', () => {
    const withOwn = (options: object) =>
      secretsOf({ previousSecrets: [former], refreshToken: { secret: own }, ...options });
    expect(withOwn({}).hashes(token)).toEqual(withOwn({ secret: former, previousSecrets: [] }).hashes(token));
    expect(withOwn({}).hashes(token)).toHaveLength(1);
    expect(withOwn({}).hash(token)).not.toBe(secretsOf().hash(token));
  });
});

describe('a sealed successor', () => {
  it('R54 is read with the token before it, also where the secrets have changed', () => {
    expect(secretsOf({ secret: former }).unseal(secretsOf().seal(successor, token), token)).toBe(successor);
  });

  it('R54 is read with nothing else, and not where a letter is another one', () => {
    const sealed = secretsOf().seal(successor, token);
    expect(() => secretsOf().unseal(sealed, successor)).toThrow('authenticate');
    for (const at of [0, 20, sealed.length - 5]) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(() => secretsOf().unseal(sealed.slice(0, at) + other + sealed.slice(at + 1), token)).toThrow(
        'authenticate',
      );
    }
  });

  it('R54 looks different every time, fits its column, and shows nothing of either token', () => {
    const [one, two] = [secretsOf().seal(successor, token), secretsOf().seal(successor, token)];
    expect(one).not.toBe(two);
    expect(one.length).toBeLessThanOrEqual(128);
    const bytes = Buffer.from(one, 'base64url').toString('latin1');
    for (const secret of [token, successor]) expect(one + bytes).not.toContain(secret.slice(0, 8));
  });
});
