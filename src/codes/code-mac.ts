import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';
import { MOUNT_PATH } from '../runtime/mount-path.js';

/** What a MAC is bound to, beside the digits. */
export interface CodeBinding {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
  readonly id: string;
}

/** Cannot occur in any of the parts, so no two bindings can be written the same way. */
const UNIT_SEPARATOR = '\u001f';

/** As long as a MAC, and of no code. */
const NO_MAC = '00'.repeat(32);

/**
 * Turns a code into what is stored of it, and compares. A key outside the database is what keeps a leaked table from
 * giving up its codes: a million possible inputs fall to any unkeyed hash, however slow (row 8.8).
 */
@Injectable()
export class CodeMac {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig, @Inject(MOUNT_PATH) path: string) {
    this.keys = forEachSecret(config, (secret) => deriveKey(secret, 'code-mac', path));
  }

  of(code: string, binding: CodeBinding): string {
    return digest(this.keys[0], code, binding).toString('hex');
  }

  /** Whether `code` is the one that `mac` was made of, under any of the secrets, in constant time. */
  matches(mac: string, code: string, binding: CodeBinding): boolean {
    return this.compare(mac, code, binding);
  }

  /** Costs what {@link matches} costs where there is nothing to compare with, so that time tells nothing (R6). */
  decoy(code: string, purpose: CodePurpose, phoneNumber: E164): void {
    this.compare(NO_MAC, code, { purpose, phoneNumber, id: '' });
  }

  private compare(mac: string, code: string, binding: CodeBinding): boolean {
    const stored = Buffer.from(mac, 'hex');
    // every key is tried, whichever fits
    const fits = this.keys.map((key) => {
      const given = digest(key, code, binding);
      return stored.length === given.length && timingSafeEqual(stored, given);
    });
    return fits.includes(true);
  }
}

function digest(key: Buffer, code: string, { purpose, phoneNumber, id }: CodeBinding): Buffer {
  return createHmac('sha256', key).update([purpose, phoneNumber, id, code].join(UNIT_SEPARATOR)).digest();
}
