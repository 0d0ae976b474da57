import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ed25519KeyPair } from './ed25519.js';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('an Ed25519 key pair', () => {
  // RFC 8032, 7.1, test 2
  const { privateKey, publicJwk } = ed25519KeyPair(
    hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
  );

  it('R61 is that of its seed: the public key of RFC 8032', () => {
    expect(Buffer.from(publicJwk.x, 'base64url').toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    );
  });

  it('R61 signs as RFC 8032 does', () => {
    expect(sign(null, hex('72'), privateKey).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });
});
