import { createHash, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';
import { p256KeyPair, type P256PublicJwk } from '../runtime/p256.js';
import { ACCESS_TOKEN_ALGORITHM, SHARED_SECRET_ALGORITHM } from './access-token-claims.js';

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
  /** One, on either side: a token has no say in it (RFC 8725, 3.1). */
  readonly algorithm: typeof ACCESS_TOKEN_ALGORITHM | typeof SHARED_SECRET_ALGORITHM;
  /** Signs. */
  readonly signingKey: KeyObject;
  /** Names the key that signs. */
  readonly kid: string;
  /** The public keys of the present secret and of the previous ones; none where the key is a secret that both sides share. */
  readonly published: readonly VerificationKey[];
  private readonly checking: ReadonlyMap<string, KeyObject>;

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    const shared = config.accessToken.secret;
    if (shared !== undefined) {
      this.algorithm = SHARED_SECRET_ALGORITHM;
      this.signingKey = createSecretKey(shared, 'utf8');
      // derived under a label of its own: a thumbprint would be a bare hash of the secret
      this.kid = deriveKey(shared, 'access-token-id').subarray(0, 16).toString('base64url');
      this.published = [];
      this.checking = new Map([[this.kid, this.signingKey]]);
      return;
    }
    const pairs = forEachSecret(config, (secret) =>
      p256KeyPair((counter) => deriveKey(secret, 'access-token', String(counter))),
    );
    this.algorithm = ACCESS_TOKEN_ALGORITHM;
    this.signingKey = pairs[0].privateKey;
    this.kid = thumbprint(pairs[0].publicJwk);
    this.published = pairs.map(({ publicJwk }) => ({
      ...publicJwk,
      kid: thumbprint(publicJwk),
      use: 'sig',
      alg: ACCESS_TOKEN_ALGORITHM,
    }));
    this.checking = new Map(
      pairs.map(({ privateKey, publicJwk }) => [thumbprint(publicJwk), createPublicKey(privateKey)]),
    );
  }

  /** The key that checks what the named one has signed, `undefined` for one that is not ours. */
  checkingKey(kid: string | undefined): KeyObject | undefined {
    return kid === undefined ? undefined : this.checking.get(kid);
  }
}

/** RFC 7638: the required members in the order of their names, without blanks. */
function thumbprint({ crv, kty, x, y }: P256PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
