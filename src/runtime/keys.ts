import { hkdfSync } from 'node:crypto';

/** What a derived key is for. A label per use keeps one key from ever standing in for another (RFC 5869, 3.2). */
export type KeyPurpose = 'code-mac' | 'cookie-signature';

/** A 256-bit key for one purpose, derived from the host's secret. */
export function deriveKey(secret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `nestjs-phone-auth/1/${purpose}`, 32));
}
