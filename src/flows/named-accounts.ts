import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { decoyNumber } from '../phone/decoy-number.js';
import type { E164 } from '../phone/e164.js';
import { deriveKey } from '../runtime/keys.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { verifiedNumberOf } from '../users/verified-number.js';

/**
 * An account by what it is called: one of the two.
 *
 * @publicApi
 */
export interface AccountName {
  readonly userId?: string | undefined;
  /** In any case. */
  readonly email?: string | undefined;
}

/** Whom a name stands for. */
export interface NamedAccount {
  readonly user: PhoneUser | null;
  /** The number that he has proven, or a decoy: whoever asks and guesses meets the same rows and limits (I5). */
  readonly phoneNumber: E164;
  readonly isReachable: boolean;
}

/** Accounts that are named by an id or an e-mail address, as node-auth does. */
@Injectable()
export class NamedAccounts {
  private readonly decoyKey: Buffer;

  constructor(
    private readonly users: PhoneUserStore,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
  ) {
    this.decoyKey = deriveKey(config.secret, 'decoy-account');
  }

  /** @throws PhoneAuthError `VALIDATION_ERROR` where nobody is named */
  check({ userId, email }: AccountName): void {
    if (!userId && !email)
      throw new PhoneAuthError('VALIDATION_ERROR', { message: 'userId or email is required' });
  }

  /** An id counts before an address. */
  async find({ userId, email = '' }: AccountName): Promise<NamedAccount> {
    const address = email.trim().toLowerCase();
    const user = userId ? await this.users.findById(userId) : await this.findByEmail(address);
    const proven = user ? verifiedNumberOf(user) : undefined;
    if (proven !== undefined) return { user, phoneNumber: proven, isReachable: true };
    const name = user || userId ? `id:${user?.id ?? userId}` : `email:${address}`;
    return { user, phoneNumber: decoyNumber(this.decoyKey, name), isReachable: false };
  }

  async findByEmail(address: string): Promise<PhoneUser | null> {
    return (await this.users.findByEmail?.(address)) ?? null;
  }
}
