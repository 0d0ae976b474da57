import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/**
 * Where codes, tokens and ids come from: a cryptographically secure generator by default (NIST SP 800-63B-4, 3.1.3.2).
 * Replace it in tests only.
 *
 * @publicApi
 */
export abstract class RandomSource {
  /** `length` decimal digits, every value equally likely, leading zeros kept. */
  abstract digits(length: number): string;
  /** A URL-safe secret of 256 bits. */
  abstract token(): string;
  /** A row id. */
  abstract id(): string;
}

/** `node:crypto`: the default. `randomInt` rejects instead of folding, so there is no modulo bias (row 8.7). */
@Injectable()
export class CryptoRandomSource extends RandomSource {
  override digits(length: number): string {
    return String(randomInt(0, 10 ** length)).padStart(length, '0');
  }

  override token(): string {
    return randomBytes(32).toString('base64url');
  }

  override id(): string {
    return randomUUID();
  }
}
