import { createHash, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';
import { p256KeyPair, type P256PublicJwk } from '../runtime/p256.js';
import { ACCESS_TOKEN_ALGORITHM } from './access-token-claims.js';

/** A public key as other services read it (RFC 7517). */
export interface VerificationKey extends P256PublicJwk {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: typeof ACCESS_TOKEN_ALGORITHM;
}

/**
 * The keys of access tokens. They come from the host's secrets alone, so every process has the same ones and no table
 * holds a private key.
 */
@Injectable()
export class SigningKeys {
  /** Signs. */
  readonly privateKey: KeyObject;
  /** Names the key that signs. */
  readonly kid: string;
  /** The public keys of the present secret and of the previous ones. */
  readonly published: readonly VerificationKey[];

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    const pairs = forEachSecret(config, (secret) =>
      p256KeyPair((counter) => deriveKey(secret, 'access-token', String(counter))),
    );
    this.privateKey = pairs[0].privateKey;
    this.kid = thumbprint(pairs[0].publicJwk);
    this.published = pairs.map(({ publicJwk }) => ({
      ...publicJwk,
      kid: thumbprint(publicJwk),
      use: 'sig',
      alg: ACCESS_TOKEN_ALGORITHM,
    }));
  }
}

/** RFC 7638: the required members in the order of their names, without blanks. */
function thumbprint({ crv, kty, x, y }: P256PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
