import { Injectable } from '@nestjs/common';
import type { CarriedCode } from '../codes/client-challenge.js';
import { Events } from '../events/events.js';
import type { EventMessage } from '../events/phone-auth-event.js';
import { Conversions } from '../limits/conversions.js';
import type { MessageChannel } from '../options/options.js';
import { maskPhoneNumber } from '../phone/mask.js';
import type { SendResult } from '../sms/send-result.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { UnsentMessage } from '../sms/unsent-message.js';
import type { PhoneUser } from '../users/phone-user-store.js';
import { RecentLatencies } from './recent-latencies.js';

/** A code on its way, and what senders are told of it. */
export interface CodeOnItsWay {
  readonly issued: CarriedCode & { readonly code: string; readonly expiresIn: number };
  readonly owner: PhoneUser | null;
  /** @default 'sms' */
  readonly channel?: MessageChannel | undefined;
  readonly ipAddress?: string | undefined;
  readonly userAgent?: string | undefined;
  /** ISO 3166-1 region of the number. */
  readonly country: string;
  /** Providers that have had it before. */
  readonly tried?: readonly string[] | undefined;
}

/** Hands a code to the sender, and tells statistics and events what the sender said. */
@Injectable()
export class CodeSending {
  constructor(
    private readonly sms: SmsDelivery,
    private readonly conversions: Conversions,
    private readonly events: Events,
    private readonly latencies: RecentLatencies,
  ) {}

  /** @throws PhoneAuthError where no sender took it */
  async send(code: CodeOnItsWay): Promise<SendResult> {
    try {
      const result = await this.latencies.measure(() => this.hand(code));
      const { provider = '', price } = result;
      this.conversions.record('sent', code.country, provider);
      this.events.emit({ type: 'code.sent', ...about(code), provider, ...(price && { price }) });
      return result;
    } catch (error) {
      this.conversions.record('failed', code.country);
      this.events.emit({ type: 'code.failed', ...about(code), reason: reasonOf(error) });
      throw error;
    }
  }

  private hand({ issued, owner, channel, ipAddress, userAgent, tried }: CodeOnItsWay): Promise<SendResult> {
    const { messageId, purpose, phoneNumber, code, expiresIn } = issued;
    return this.sms.deliver({
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
      tried,
    });
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
