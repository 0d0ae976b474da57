import { Injectable } from '@nestjs/common';
import type { IssuedCode } from '../codes/one-time-codes.js';
import { Events } from '../events/events.js';
import type { EventMessage } from '../events/phone-auth-event.js';
import { Conversions } from '../limits/conversions.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { type AnsweredMessage, MessageStore } from '../sms/message-store.js';
import type { SendResult } from '../sms/send-result.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { UnsentMessage } from '../sms/unsent-message.js';
import { RecentLatencies } from './recent-latencies.js';
import { TestNumbers } from './test-numbers.js';

/** The only one so far. */
const CHANNEL = 'sms';

/** A code on its way, and what is told of it. */
export interface CodeOnItsWay {
  readonly issued: IssuedCode;
  readonly userId: string | undefined;
  /** ISO 3166-1 region of the number. */
  readonly country: string;
}

/** Hands a code to the sender, and tells statistics, events and the table of messages what became of it. */
@Injectable()
export class CodeDelivery {
  constructor(
    private readonly sms: SmsDelivery,
    private readonly conversions: Conversions,
    private readonly testNumbers: TestNumbers,
    private readonly events: Events,
    private readonly messages: MessageStore,
    private readonly latencies: RecentLatencies,
    private readonly background: BackgroundTasks,
  ) {}

  /** @throws PhoneAuthError where no sender took it */
  async deliver(code: CodeOnItsWay): Promise<void> {
    const { issued, country } = code;
    // the message of the same request is on its way already
    if (issued.repeated) return;
    if (issued.isTest) {
      this.testNumbers.tell(issued.phoneNumber, 'send');
      return this.keep({ id: issued.id, status: 'sent', provider: '' });
    }
    try {
      this.sent(code, await this.send(code));
    } catch (error) {
      this.conversions.record('failed', country);
      this.events.emit({ type: 'code.failed', ...about(code), reason: reasonOf(error) });
      this.keep({ id: issued.id, status: 'failed', provider: '' });
      throw error;
    }
  }

  /** What is to be seen of a message that is not sent is what is to be seen of one that is, after as long a time (R40). */
  async pretend({ id, repeated }: IssuedCode): Promise<void> {
    if (repeated) return;
    await this.latencies.pass();
    this.keep({ id, status: 'sent', provider: '' });
  }

  private send({ issued: { id, purpose, phoneNumber, code }, userId }: CodeOnItsWay): Promise<SendResult> {
    return this.latencies.measure(() =>
      this.sms.deliver({ purpose, phoneNumber, code, userId, idempotencyKey: id }),
    );
  }

  private sent(code: CodeOnItsWay, { provider = '', reference, price }: SendResult): void {
    this.conversions.record('sent', code.country);
    this.events.emit({ type: 'code.sent', ...about(code), provider, ...(price && { price }) });
    this.keep({ id: code.issued.id, status: 'sent', provider, reference });
  }

  private keep(message: Omit<AnsweredMessage, 'channel'>): void {
    this.background.run('The state of a message was not kept', () =>
      this.messages.add({ ...message, channel: CHANNEL }),
    );
  }
}

const about = ({ issued: { purpose, phoneNumber }, country }: CodeOnItsWay): EventMessage => ({
  purpose,
  channel: CHANNEL,
  phoneNumber: maskPhoneNumber(phoneNumber),
  country,
});

/** Only what has been freed of number and code; senders of hosts throw what they like. */
const reasonOf = (error: unknown): string =>
  error instanceof UnsentMessage ? error.reason : 'the sender refused';
