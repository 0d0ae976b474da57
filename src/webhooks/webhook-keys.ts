import { createHash, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { ed25519KeyPair, type Ed25519PublicJwk } from '../runtime/ed25519.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';

/** A public key as receivers read it (RFC 7517). */
export interface WebhookKey extends Ed25519PublicJwk {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** The keys that sign webhooks: as those of access tokens, they come from the host's secrets alone. */
@Injectable()
export class WebhookKeys {
  /** Signs. */
  readonly privateKey: KeyObject;
  /** Names the key that signs. */
  readonly kid: string;
  /** The public keys of the present secret and of the previous ones. */
  readonly published: readonly WebhookKey[];

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    const pairs = forEachSecret(config, (secret) => ed25519KeyPair(deriveKey(secret, 'webhook')));
    this.privateKey = pairs[0].privateKey;
    this.kid = thumbprint(pairs[0].publicJwk);
    this.published = pairs.map(({ publicJwk }) => ({
      ...publicJwk,
      kid: thumbprint(publicJwk),
      use: 'sig',
      alg: 'EdDSA',
    }));
  }
}

/** RFC 7638: the required members in the order of their names, without blanks (RFC 8037, 2). */
function thumbprint({ crv, kty, x }: Ed25519PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
