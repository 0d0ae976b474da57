import { hkdfSync } from 'node:crypto';

/** What a derived key is for. A label per use keeps one key from ever standing in for another (RFC 5869, 3.2). */
export type KeyPurpose =
  | 'code-mac'
  | 'cookie-signature'
  | 'access-token'
  | 'access-token-id'
  | 'refresh-token'
  | 'refresh-successor'
  | 'decoy-account'
  | 'csrf-token'
  | 'known-device'
  | 'challenge'
  | 'second-factor-ticket'
  | 'operator-key'
  | 'webhook'
  | 'webhook-payload'
  | 'sealed-code'
  | 'sealed-address';

/** The host's secrets: the present one, and those that it has replaced. */
export interface Secrets {
  readonly secret: string;
  readonly previousSecrets: readonly string[];
}

/** A 256-bit key for one purpose, derived from the host's secret. */
export function deriveKey(secret: string, purpose: KeyPurpose, ...path: readonly string[]): Buffer {
  const label = ['nestjs-phone-auth', '1', purpose, ...path].join('/');
  return Buffer.from(hkdfSync('sha256', secret, '', label, 32));
}

/** Something for every secret, the present one's first: that one makes, and any of them checks. */
export function forEachSecret<T>(
  { secret, previousSecrets }: Secrets,
  derive: (secret: string) => T,
): [T, ...T[]] {
  return [derive(secret), ...previousSecrets.map(derive)];
}
