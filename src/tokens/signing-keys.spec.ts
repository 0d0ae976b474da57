import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { SigningKeys } from './signing-keys.js';

const present = 'the secret of this application, long enough';
const former = 'the secret of last year, and long enough too';

const keysOf = (secret: string, previousSecrets: string[] = []) =>
  new SigningKeys(resolveConfig({ secret, previousSecrets }));

describe('the keys of access tokens', () => {
  it('R55 are the same in every process that has the secret, and others under another one', () => {
    expect(keysOf(present).published).toEqual(keysOf(present).published);
    expect(keysOf(present).kid).not.toBe(keysOf(former).kid);
  });

  it('R55 stay the same from release to release: tokens outlive a deployment', () => {
    expect(keysOf(present).kid).toMatchInlineSnapshot(`"37HY-nBkQ5GZ0FA_l2OFON6UrehcbMdPwDS5NDl7zCE"`);
  });

  it('R55 are named by their thumbprint (RFC 7638)', async () => {
    for (const { kid, ...jwk } of keysOf(present, [former]).published)
      expect(kid).toBe(await calculateJwkThumbprint(jwk));
  });

  it('R55 are published without their private half, the previous ones too', () => {
    const { published } = keysOf(present, [former]);
    expect(published.map(({ kid }) => kid)).toEqual([keysOf(present).kid, keysOf(former).kid]);
    for (const key of published) {
      expect(key).toEqual({
        kty: 'EC',
        crv: 'P-256',
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.stringMatching(/^[\w-]{43}$/),
        use: 'sig',
        alg: 'ES256',
      });
    }
  });

  it('are not shown where the holder is printed', () => {
    const { d } = keysOf(present).signingKey.export({ format: 'jwk' });
    expect(d).toBeTruthy();
    expect(JSON.stringify(keysOf(present))).not.toContain(d);
  });
});
