import { Injectable } from '@nestjs/common';
import { type IssuedCode, OneTimeCodes } from '../codes/one-time-codes.js';
import { SendLimit } from '../limits/send-limit.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
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
    private readonly limit: SendLimit,
    private readonly codes: OneTimeCodes,
    private readonly delivery: SmsDelivery,
    private readonly background: BackgroundTasks,
  ) {}

  async send(message: CodeMessage): Promise<void> {
    await this.deliver(message, await this.issue(message));
  }

  /** Makes a code at once and sends it after the answer; where it is not `wanted`, everything but that is the same. */
  async sendLater(message: CodeMessage, wanted: boolean): Promise<void> {
    const issued = await this.issue(message);
    this.background.run(`A ${message.purpose} code was not sent`, async () => {
      if (wanted) await this.deliver(message, issued);
    });
  }

  private async issue({ purpose, phoneNumber, requestedBy }: CodeMessage): Promise<IssuedCode> {
    await this.limit.take(phoneNumber);
    return this.codes.issue(purpose, phoneNumber, requestedBy);
  }

  private async deliver({ purpose, phoneNumber, owner }: CodeMessage, issued: IssuedCode): Promise<void> {
    try {
      await this.delivery.deliver({
        purpose,
        phoneNumber,
        code: issued.code,
        userId: owner?.id,
        idempotencyKey: issued.id,
      });
    } catch (error) {
      await this.codes.withdraw(issued);
      throw error;
    }
  }
}
