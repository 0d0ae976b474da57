import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { PasswordHasher } from './password-hasher.js';

/** argon2id with the library's defaults: 19 MiB, two passes, one lane (OWASP Password Storage, first choice). */
@Injectable()
export class Argon2PasswordHasher extends PasswordHasher {
  override hash(password: string): Promise<string> {
    return hash(password.normalize('NFC'));
  }

  override verify(stored: string, password: string): Promise<boolean> {
    return verify(stored, password.normalize('NFC'));
  }
}
