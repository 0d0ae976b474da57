import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, forEachSecret, type KeyPurpose, type Secrets } from './keys.js';

/** Longer ones are nothing that we made. */
const MAX_LENGTH = 512;

/**
 * Tokens that carry what they say: `<part>.<part>.<MAC>`, under a key of their own purpose. What they are bound to
 * without saying it goes into the MAC only.
 */
export class SignedToken {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  constructor(secrets: Secrets, purpose: KeyPurpose) {
    this.keys = forEachSecret(secrets, (secret) => deriveKey(secret, purpose));
  }

  /** @param parts without dots */
  sign(parts: readonly string[], boundTo: readonly string[]): string {
    return [...parts, mac(this.keys[0], parts, boundTo).toString('base64url')].join('.');
  }

  /** The parts of a token that is ours and bound to the same, under any of the secrets; `undefined` otherwise. */
  read(token: string | undefined, boundTo: readonly string[]): string[] | undefined {
    if (token === undefined || token.length > MAX_LENGTH) return undefined;
    const parts = token.split('.');
    const given = Buffer.from(parts.pop() ?? '', 'base64url');
    const isOurs = this.keys.some((key) => {
      const expected = mac(key, parts, boundTo);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    return isOurs ? parts : undefined;
  }
}

function mac(key: Buffer, parts: readonly string[], boundTo: readonly string[]): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([parts, boundTo]))
    .digest();
}
