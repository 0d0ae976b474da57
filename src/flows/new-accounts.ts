import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { Transaction } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import type { FieldValues } from '../users/additional-fields.js';
import { type NewPhoneUser, type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';

/** Makes the account of a number that has none. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly users: PhoneUserStore,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** `null` where the number has an account by now. */
  create(
    phoneNumber: E164,
    phoneNumberVerified: boolean,
    fields: FieldValues = {},
    transaction?: Transaction,
  ): Promise<PhoneUser | null> {
    return this.users.create(this.describe(phoneNumber, phoneNumberVerified, fields), transaction);
  }

  /** What an account begins with. */
  describe(phoneNumber: E164, phoneNumberVerified: boolean, fields: FieldValues): NewPhoneUser {
    const { getTempName, getTempEmail } = this.config.signUpOnVerification;
    const name = getTempName?.(phoneNumber) ?? phoneNumber;
    const email = getTempEmail?.(phoneNumber).toLowerCase() ?? null;
    return { phoneNumber, phoneNumberVerified, name, email, fields };
  }
}
