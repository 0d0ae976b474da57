import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The public half of an Ed25519 key as a JWK (RFC 8037, 2). */
export interface Ed25519PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

export interface Ed25519KeyPair {
  readonly privateKey: KeyObject;
  readonly publicJwk: Ed25519PublicJwk;
}

/** What stands in front of the 32 bytes of a private key in PKCS#8 (RFC 8410, 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a seed: any 32 bytes are a private key (RFC 8032, 5.1.5). */
export function ed25519KeyPair(seed: Buffer): Ed25519KeyPair {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x } };
}
