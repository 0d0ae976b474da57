import { Inject, Injectable, Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { failureReason, type FailureSecrets } from './failure-reason.js';
import { messageText } from './message-text.js';
import { type SmsMessage, type SmsNotice, SmsSender } from './sms-sender.js';

/** Renders a message and hands it to the sender, within the time limit whatever the sender does. */
@Injectable()
export class SmsDelivery {
  private readonly logger = new Logger('PhoneAuth');

  constructor(
    private readonly sender: SmsSender,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** @throws PhoneAuthError `SEND_OTP_FAILED`, or `SEND_OTP_NOT_IMPLEMENTED` where the host sends none */
  async deliver(message: Omit<SmsMessage, 'text' | 'expiresIn' | 'signal'>): Promise<void> {
    const { messages, expiresIn } = this.config;
    const text = messageText(messages, message.purpose, { code: message.code, expiresIn });
    await this.attempt(message, (signal) => this.sender.send({ ...message, text, expiresIn, signal }));
  }

  /** @throws PhoneAuthError `SEND_OTP_FAILED` */
  async notify(notice: Omit<SmsNotice, 'signal'>): Promise<void> {
    await this.attempt(notice, (signal) => this.sender.notify({ ...notice, signal }));
  }

  private async attempt(
    secrets: FailureSecrets,
    send: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
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
      await Promise.race([send(limit.signal), tooLate]);
    } catch (cause) {
      if (cause instanceof PhoneAuthError) throw cause;
      this.logger.error(`The SMS sender failed: ${failureReason(cause, secrets)}`);
      // no cause: it may repeat the request, code included, and hosts print what they catch
      throw new PhoneAuthError('SEND_OTP_FAILED');
    } finally {
      clearTimeout(timer);
    }
  }
}
