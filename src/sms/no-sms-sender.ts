import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { PhoneAuthOptions } from '../options/options.js';
import type { SendResult } from './send-result.js';
import { said } from './callback-sms-sender.js';
import { type SmsNotice, SmsSender } from './sms-sender.js';

/** What `sendOTP: false` stands for: this application sends no codes and says so (S4.3). Other texts it may send. */
export class NoSmsSender extends SmsSender {
  constructor(private readonly sendNotice?: PhoneAuthOptions['sendNotice']) {
    super();
  }

  override isAvailable(): boolean {
    return false;
  }

  override send(): Promise<void> {
    return Promise.reject(new PhoneAuthError('SEND_OTP_NOT_IMPLEMENTED'));
  }

  override async notify(notice: SmsNotice): Promise<SendResult | void> {
    return said(await this.sendNotice?.(notice));
  }
}
