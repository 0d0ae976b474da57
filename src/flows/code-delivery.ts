import { Injectable } from '@nestjs/common';
import type { IssuedCode } from '../codes/one-time-codes.js';
import { Events } from '../events/events.js';
import type { EventMessage } from '../events/phone-auth-event.js';
import { Conversions } from '../limits/conversions.js';
import { maskPhoneNumber } from '../phone/mask.js';
import type { SendResult } from '../sms/send-result.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { UnsentMessage } from '../sms/unsent-message.js';
import { TestNumbers } from './test-numbers.js';

/** A code on its way, and what is told of it. */
export interface CodeOnItsWay {
  readonly issued: IssuedCode;
  readonly userId: string | undefined;
  /** ISO 3166-1 region of the number. */
  readonly country: string;
}

/** Hands a code to the sender and tells statistics and events what became of it. */
@Injectable()
export class CodeDelivery {
  constructor(
    private readonly sms: SmsDelivery,
    private readonly conversions: Conversions,
    private readonly testNumbers: TestNumbers,
    private readonly events: Events,
  ) {}

  /** @throws PhoneAuthError where no sender took it */
  async deliver(code: CodeOnItsWay): Promise<void> {
    const { issued, country } = code;
    // the message of the same request is on its way already
    if (issued.repeated) return;
    if (issued.isTest) return this.testNumbers.tell(issued.phoneNumber, 'send');
    try {
      this.sent(code, await this.send(code));
    } catch (error) {
      this.conversions.record('failed', country);
      this.events.emit({ type: 'code.failed', ...about(code), reason: reasonOf(error) });
      throw error;
    }
  }

  private send({ issued: { id, purpose, phoneNumber, code }, userId }: CodeOnItsWay): Promise<SendResult> {
    return this.sms.deliver({ purpose, phoneNumber, code, userId, idempotencyKey: id });
  }

  private sent(code: CodeOnItsWay, { provider = '', price }: SendResult): void {
    this.conversions.record('sent', code.country);
    this.events.emit({ type: 'code.sent', ...about(code), provider, ...(price && { price }) });
  }
}

const about = ({ issued: { purpose, phoneNumber }, country }: CodeOnItsWay): EventMessage => ({
  purpose,
  channel: 'sms',
  phoneNumber: maskPhoneNumber(phoneNumber),
  country,
});

/** Only what has been freed of number and code; senders of hosts throw what they like. */
const reasonOf = (error: unknown): string =>
  error instanceof UnsentMessage ? error.reason : 'the sender refused';
