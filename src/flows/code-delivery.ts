import { Injectable } from '@nestjs/common';
import type { IssuedCode } from '../codes/one-time-codes.js';
import { Events } from '../events/events.js';
import type { EventMessage } from '../events/phone-auth-event.js';
import { Conversions } from '../limits/conversions.js';
import type { MessageChannel } from '../options/options.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { type AnsweredMessage, MessageStore } from '../sms/message-store.js';
import type { SendResult } from '../sms/send-result.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { UnsentMessage } from '../sms/unsent-message.js';
import type { PhoneUser } from '../users/phone-user-store.js';
import { RecentLatencies } from './recent-latencies.js';
import { TestNumbers } from './test-numbers.js';

/** A code on its way, and what is told of it. */
export interface CodeOnItsWay {
  readonly issued: IssuedCode;
  readonly owner: PhoneUser | null;
  /** @default 'sms' */
  readonly channel?: MessageChannel | undefined;
  readonly ipAddress?: string | undefined;
  readonly userAgent?: string | undefined;
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
      return this.keep(code, { status: 'sent', provider: '' });
    }
    try {
      this.sent(code, await this.send(code));
    } catch (error) {
      this.conversions.record('failed', country);
      this.events.emit({ type: 'code.failed', ...about(code), reason: reasonOf(error) });
      this.keep(code, { status: 'failed', provider: '' });
      throw error;
    }
  }

  /** What is to be seen of a message that is not sent is what is to be seen of one that is, after as long a time (R40). */
  async pretend(code: Pick<CodeOnItsWay, 'issued' | 'channel'>): Promise<void> {
    if (code.issued.repeated) return;
    await this.latencies.pass();
    this.keep(code, { status: 'sent', provider: '' });
  }

  private send({ issued, owner, channel, ipAddress, userAgent }: CodeOnItsWay): Promise<SendResult> {
    const { messageId, purpose, phoneNumber, code, expiresIn } = issued;
    return this.latencies.measure(() =>
      this.sms.deliver({
        purpose,
        phoneNumber,
        code,
        expiresIn,
        userId: owner?.id,
        user: owner ?? undefined,
        channel,
        ipAddress,
        userAgent,
        idempotencyKey: messageId,
      }),
    );
  }

  private sent(code: CodeOnItsWay, { provider = '', reference, price }: SendResult): void {
    this.conversions.record('sent', code.country);
    this.events.emit({ type: 'code.sent', ...about(code), provider, ...(price && { price }) });
    this.keep(code, { status: 'sent', provider, reference });
  }

  private keep(
    { issued: { messageId }, channel = 'sms' }: Pick<CodeOnItsWay, 'issued' | 'channel'>,
    message: Omit<AnsweredMessage, 'id' | 'channel'>,
  ): void {
    this.background.run('The state of a message was not kept', () =>
      this.messages.add({ ...message, id: messageId, channel }),
    );
  }
}

const about = ({
  issued: { purpose, phoneNumber },
  channel = 'sms',
  country,
}: CodeOnItsWay): EventMessage => ({
  purpose,
  channel,
  phoneNumber: maskPhoneNumber(phoneNumber),
  country,
});

/** Only what has been freed of number and code; senders of hosts throw what they like. */
const reasonOf = (error: unknown): string =>
  error instanceof UnsentMessage ? error.reason : 'the sender refused';
