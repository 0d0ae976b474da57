import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';
import { SealedText } from '../runtime/sealed-text.js';

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
    return sealedBy(token).seal(successor, []);
  }

  /** @throws Error where it was sealed by another token, or changed */
  unseal(sealed: string, token: string): string {
    const successor = sealedBy(token).open(sealed, []);
    if (successor === undefined)
      throw new Error('The stored successor does not authenticate under this token');
    return successor;
  }
}

const sealedBy = (token: string): SealedText =>
  new SealedText({ secret: token, previousSecrets: [] }, 'refresh-successor');

const hashUnder = (key: Buffer, token: string): string =>
  createHmac('sha256', key).update(token).digest('hex');
