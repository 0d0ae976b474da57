import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** What of a refresh token may stand in a table: nothing by which it could be shown. */
@Injectable()
export class RefreshTokenSecrets {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  constructor(@Inject(PHONE_AUTH_CONFIG) { secret, previousSecrets, refreshToken }: PhoneAuthConfig) {
    const secrets =
      refreshToken.secret === undefined
        ? { secret, previousSecrets }
        : { secret: refreshToken.secret, previousSecrets: [] };
    this.keys = forEachSecret(secrets, (key) => deriveKey(key, 'refresh-token'));
  }

  /** Under the present secret. */
  hash(token: string): string {
    return hashUnder(this.keys[0], token);
  }

  /** Under every secret: one of them is how the token is stored, if it is ours. */
  hashes(token: string): string[] {
    return this.keys.map((key) => hashUnder(key, token));
  }

  /** A token that only whoever holds the other one can read: the key is made of that and of nothing that we have. */
  seal(successor: string, token: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, keyOf(token), nonce, { authTagLength: TAG });
    const sealed = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  unseal(sealed: string, token: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv(CIPHER, keyOf(token), bytes.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  }
}

const keyOf = (token: string): Buffer => deriveKey(token, 'refresh-successor');

const hashUnder = (key: Buffer, token: string): string =>
  createHmac('sha256', key).update(token).digest('hex');
