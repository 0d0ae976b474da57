import { Inject, Injectable, Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { NoTelemetry, Telemetry } from '../runtime/telemetry.js';
import { failureReason, type FailureSecrets } from './failure-reason.js';
import { type MeasuredSend, measured } from './measured.js';
import { MessageTexts } from './message-texts.js';
import { acceptedUnlessSaid, failedSend } from './send-outcome.js';
import type { SendResult } from './send-result.js';
import { type SmsMessage, type SmsNotice, SmsSender } from './sms-sender.js';
import { UnsentMessage } from './unsent-message.js';

/** A message as the flows order it: what the house knows of its own accord is added here. */
export type SmsOrder = Omit<SmsMessage, 'text' | 'values' | 'timeLimit' | 'signal'>;

/** For the log, where the sender gives no reason. */
const REASONS = {
  rejected: 'it rejected the message',
  unknown: 'nobody knows whether the message was accepted',
};

/** What each attempt is given beside the message. */
type Limits = Required<Pick<SmsMessage, 'timeLimit' | 'signal'>>;

/** Renders a message and hands it to the sender, within the time limit whatever the sender does. */
@Injectable()
export class SmsDelivery {
  private readonly logger = new Logger('PhoneAuth');
  private readonly texts: MessageTexts;

  /** @throws PhoneAuthOptionError while the application starts, where a text cannot be sent as it is (R37, R39) */
  constructor(
    private readonly sender: SmsSender,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
    private readonly telemetry: Telemetry = new NoTelemetry(),
  ) {
    this.texts = new MessageTexts(config);
  }

  /**
   * Says at once what no answer after the request could say any more (S4.3).
   *
   * @throws PhoneAuthError `SEND_OTP_NOT_IMPLEMENTED` where there is nothing to send with
   */
  requireSender(): void {
    if (this.sender.isAvailable?.() === false) throw new PhoneAuthError('SEND_OTP_NOT_IMPLEMENTED');
  }

  /** Providers among which there is a choice for a number; none where there is no choice. */
  providersFor(phoneNumber: string): readonly string[] {
    return this.sender.providersFor?.(phoneNumber) ?? [];
  }

  /**
   * @returns what the provider said of the message that it accepted
   * @throws PhoneAuthError `SEND_OTP_FAILED`, or `SEND_OTP_NOT_IMPLEMENTED` where the host sends none
   */
  deliver(order: SmsOrder): Promise<SendResult> {
    const { purpose, channel } = order;
    return this.attempt({ purpose, channel }, order, async (limits) =>
      this.sender.send({ ...(await this.compose(order)), ...limits }),
    );
  }

  /** @throws PhoneAuthError `SEND_OTP_FAILED` */
  notify(notice: Omit<SmsNotice, 'timeLimit' | 'signal'>): Promise<SendResult> {
    return this.attempt({ purpose: 'notice' }, notice, (limits) =>
      this.sender.notify({ ...notice, ...limits }),
    );
  }

  private async compose(order: SmsOrder): Promise<Omit<SmsMessage, keyof Limits>> {
    const locale = order.locale ?? (await this.localeOf(order));
    const said = this.texts.render({ ...order, locale });
    return { ...order, channel: order.channel ?? 'sms', locale, ...said };
  }

  private async localeOf({ phoneNumber, userId, purpose }: SmsOrder): Promise<string | undefined> {
    const { locale } = this.config.messages;
    return typeof locale === 'function' ? locale({ phoneNumber, userId, purpose }) : locale;
  }

  private async attempt(
    what: MeasuredSend,
    secrets: FailureSecrets,
    send: (limits: Limits) => Promise<SendResult | void>,
  ): Promise<SendResult> {
    const result = await measured(this.telemetry, what, () => this.inTime(send));
    if (result.status === 'accepted') return result;
    const reason = failureReason(result.reason ?? REASONS[result.status], secrets);
    this.logger.error(`The SMS sender failed: ${reason}`);
    throw new UnsentMessage(reason);
  }

  /** @throws PhoneAuthError that the sender itself threw */
  private async inTime(send: (limits: Limits) => Promise<SendResult | void>): Promise<SendResult> {
    const { timeout } = this.config.messages;
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const error = new Error(`no answer within ${timeout} ms`);
          limit.abort(error);
          reject(error);
        }, timeout);
      });
      const sending = send({ timeLimit: timeout, signal: limit.signal });
      return acceptedUnlessSaid(await Promise.race([sending, tooLate]));
    } catch (cause) {
      if (cause instanceof PhoneAuthError) throw cause;
      return failedSend(cause);
    } finally {
      clearTimeout(timer);
    }
  }
}
