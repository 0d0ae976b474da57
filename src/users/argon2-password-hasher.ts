import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { isBetterAuthHash, verifyBetterAuthHash } from './better-auth-hash.js';
import { PasswordHasher } from './password-hasher.js';

/**
 * argon2id with the library's defaults: 19 MiB, two passes, one lane (OWASP Password Storage, first choice). Hashes that
 * Better Auth made verify too, and are made anew at the next sign-in.
 */
@Injectable()
export class Argon2PasswordHasher extends PasswordHasher {
  override hash(password: string): Promise<string> {
    return hash(password.normalize('NFC'));
  }

  override verify(stored: string, password: string): Promise<boolean> {
    if (isBetterAuthHash(stored)) return verifyBetterAuthHash(stored, password);
    return verify(stored, password.normalize('NFC'));
  }

  override needsRehash(stored: string): boolean {
    return isBetterAuthHash(stored);
  }
}
