import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { type SmsMessage, type SmsNotice, SmsSender } from './sms-sender.js';

/**
 * Prints messages to the terminal in place of sending them. For development only: it refuses to start where NODE_ENV is
 * production, because whoever reads the log could sign in as anybody.
 *
 * @publicApi
 */
export class ConsoleSmsSender extends SmsSender {
  private readonly logger = new Logger('PhoneAuth');

  /** @throws PhoneAuthOptionError in production */
  constructor() {
    super();
    if (process.env['NODE_ENV'] === 'production') {
      throw new PhoneAuthOptionError(
        'sendOTP',
        'missing, or the console sender is set',
        'in production set sendOTP, provide an SmsSender, or set sendOTP: false to answer 501',
      );
    }
  }

  override notify(notice: SmsNotice): Promise<void> {
    return this.send(notice);
  }

  override send({ phoneNumber, text }: Pick<SmsMessage, 'phoneNumber' | 'text'>): Promise<void> {
    this.logger.log(`SMS to ${phoneNumber}: ${text}`);
    return Promise.resolve();
  }
}
