import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import { deriveKey } from '../runtime/keys.js';

/** What a MAC is bound to, beside the digits. */
export interface CodeBinding {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
  readonly id: string;
}

/** Cannot occur in any of the parts, so no two bindings can be written the same way. */
const UNIT_SEPARATOR = '\u001f';

/**
 * Turns a code into what is stored of it, and compares. A key outside the database is what keeps a leaked table from
 * giving up its codes: a million possible inputs fall to any unkeyed hash, however slow (row 8.8).
 */
@Injectable()
export class CodeMac {
  private readonly key: Buffer;

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    this.key = deriveKey(config.secret, 'code-mac');
  }

  of(code: string, { purpose, phoneNumber, id }: CodeBinding): string {
    return this.digest(code, purpose, phoneNumber, id).toString('hex');
  }

  /** Whether `code` is the one that `mac` was made of, in constant time. */
  matches(mac: string, code: string, { purpose, phoneNumber, id }: CodeBinding): boolean {
    const stored = Buffer.from(mac, 'hex');
    const given = this.digest(code, purpose, phoneNumber, id);
    return stored.length === given.length && timingSafeEqual(stored, given);
  }

  /** Costs what {@link matches} costs where there is nothing to compare with, so that time tells nothing (R6). */
  decoy(code: string, purpose: CodePurpose, phoneNumber: E164): void {
    const digest = this.digest(code, purpose, phoneNumber, '');
    timingSafeEqual(digest, Buffer.alloc(digest.length));
  }

  private digest(code: string, ...binding: readonly string[]): Buffer {
    return createHmac('sha256', this.key)
      .update([...binding, code].join(UNIT_SEPARATOR))
      .digest();
  }
}
