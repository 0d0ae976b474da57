import type { PhoneAuthOptions, SendOtp } from '../options/options.js';
import { type SmsMessage, type SmsNotice, SmsSender } from './sms-sender.js';

/** The callbacks of the options, as a sender. */
export class CallbackSmsSender extends SmsSender {
  constructor(
    private readonly callbacks: {
      readonly sendOTP: SendOtp;
      readonly sendPasswordResetOTP?: SendOtp | undefined;
      readonly sendNotice?: PhoneAuthOptions['sendNotice'];
    },
  ) {
    super();
  }

  override async send(message: SmsMessage): Promise<void> {
    const { sendOTP, sendPasswordResetOTP = sendOTP } = this.callbacks;
    await (message.purpose === 'reset-password' ? sendPasswordResetOTP : sendOTP)(message);
  }

  override async notify(notice: SmsNotice): Promise<void> {
    await this.callbacks.sendNotice?.(notice);
  }
}
