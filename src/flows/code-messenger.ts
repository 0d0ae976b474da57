import { Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import type { PhoneUser } from '../users/phone-user-store.js';

/** What a code is for, and who gets it. */
export interface CodeMessage {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
  readonly owner: PhoneUser | null;
  readonly requestedBy?: string | undefined;
}

/** Makes a code and brings it to the phone, or leaves everything as it was. */
@Injectable()
export class CodeMessenger {
  constructor(
    private readonly codes: OneTimeCodes,
    private readonly delivery: SmsDelivery,
  ) {}

  async send({ purpose, phoneNumber, owner, requestedBy }: CodeMessage): Promise<void> {
    const issued = await this.codes.issue(purpose, phoneNumber, requestedBy);
    try {
      await this.delivery.deliver({ purpose, phoneNumber, code: issued.code, userId: owner?.id });
    } catch (error) {
      await this.codes.withdraw(issued);
      throw error;
    }
  }
}
