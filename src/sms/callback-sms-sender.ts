import type { SendOtp } from '../options/options.js';
import { type SmsMessage, SmsSender } from './sms-sender.js';

/** The `sendOTP` option as a sender. */
export class CallbackSmsSender extends SmsSender {
  constructor(private readonly sendOTP: SendOtp) {
    super();
  }

  override async send(message: SmsMessage): Promise<void> {
    await this.sendOTP(message);
  }
}
