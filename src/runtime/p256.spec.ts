import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey } from './keys.js';
import { p256KeyPair } from './p256.js';

const hex = (text: string) => Buffer.from(text.padStart(64, '0'), 'hex');
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

/** The candidates in turn; asking for more than there are is an error. */
const among =
  (...candidates: string[]) =>
  (counter: number): Buffer => {
    const candidate = candidates[counter];
    if (candidate === undefined) throw new Error('asked for another candidate');
    return hex(candidate);
  };

describe('a P-256 key pair', () => {
  it('is that of its private key: the base point for 1', () => {
    const { publicJwk } = p256KeyPair(among('1'));
    // SP 800-186, 3.2.1.3: the coordinates of G
    expect(Buffer.from(publicJwk.x, 'base64url').toString('hex')).toBe(
      '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
    );
    expect(Buffer.from(publicJwk.y, 'base64url').toString('hex')).toBe(
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    );
  });

  it.each([
    ['zero', '0'],
    ['the order of the curve', ORDER],
    ['what is beyond it', 'f'.repeat(64)],
  ])('R55 passes over %s, and takes the next candidate as it is', (_, outOfRange) => {
    expect(p256KeyPair(among(outOfRange, '5')).publicJwk).toEqual(p256KeyPair(among('5')).publicJwk);
  });

  it('R55 takes the largest private key that there is', () => {
    const { publicJwk } = p256KeyPair(among(ORDER.replace(/51$/, '50')));
    // the negative of 1: the same x, another y
    expect(publicJwk.x).toBe(p256KeyPair(among('1')).publicJwk.x);
    expect(publicJwk.y).not.toBe(p256KeyPair(among('1')).publicJwk.y);
  });

  it('signs what its public half verifies', () => {
    const { privateKey, publicJwk } = p256KeyPair((counter) =>
      deriveKey('any secret', 'access-token', String(counter)),
    );
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    const publicKey = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
    expect(verify('sha256', Buffer.from('text'), publicKey, signature)).toBe(true);
  });
});
