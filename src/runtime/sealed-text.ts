import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey, forEachSecret, type KeyPurpose, type Secrets } from './keys.js';

const CIPHER = 'aes-256-gcm';

/** Bytes, as NIST SP 800-38D has them. */
const NONCE = 12;
const TAG = 16;

/** Short texts that have to be read again, and by us alone: AES-256-GCM under a key of their own purpose. */
export class SealedText {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  constructor(secrets: Secrets, purpose: KeyPurpose) {
    this.keys = forEachSecret(secrets, (secret) => deriveKey(secret, purpose));
  }

  /** @param boundTo what has to be said to {@link open} it: a text that was moved to another row stays shut there */
  seal(text: string, boundTo: readonly string[]): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, this.keys[0], nonce);
    cipher.setAAD(bytesOf(boundTo));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('base64url');
  }

  /** What was sealed under any of the secrets and bound to the same; `undefined` otherwise. */
  open(sealed: string, boundTo: readonly string[]): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE + TAG) return undefined;
    for (const key of this.keys) {
      const text = opened(key, bytes, bytesOf(boundTo));
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

function opened(key: Buffer, bytes: Buffer, boundTo: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(boundTo);
  decipher.setAuthTag(bytes.subarray(-TAG));
  const text = decipher.update(bytes.subarray(NONCE, -TAG));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

const bytesOf = (boundTo: readonly string[]): Buffer => Buffer.from(JSON.stringify(boundTo));
