import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';

/** The public half of a P-256 key as a JWK (RFC 7518, 6.2.1). */
export interface P256PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

export interface P256KeyPair {
  readonly privateKey: KeyObject;
  readonly publicJwk: P256PublicJwk;
}

/** The order of the curve's base point (SP 800-186, 3.2.1.3): private keys are smaller than it. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const ZERO = Buffer.alloc(ORDER.length);

/**
 * The key pair of the first candidate that is a private key, so that one secret gives one pair everywhere. Candidates
 * out of range are passed over, not folded into it, which would favour some keys (FIPS 186-5, A.2.2).
 */
export function p256KeyPair(candidate: (counter: number) => Buffer): P256KeyPair {
  let scalar: Buffer;
  let counter = 0;
  do scalar = candidate(counter++);
  while (scalar.equals(ZERO) || Buffer.compare(scalar, ORDER) >= 0);

  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey(); // 0x04, x, y
  const publicJwk: P256PublicJwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const jwk = { ...publicJwk, d: scalar.toString('base64url') };
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicJwk };
}
