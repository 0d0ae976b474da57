import type { PhoneAuthOptions, SendOtp } from '../options/options.js';
import { isSendResult, type SendResult } from './send-result.js';
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

  override async send(message: SmsMessage): Promise<SendResult | void> {
    const { sendOTP, sendPasswordResetOTP = sendOTP } = this.callbacks;
    return said(await (message.purpose === 'reset-password' ? sendPasswordResetOTP : sendOTP)(message));
  }

  override async notify(notice: SmsNotice): Promise<SendResult | void> {
    return said(await this.callbacks.sendNotice?.(notice));
  }
}

/** Callbacks often return what their SDK returned, which says nothing to us. */
export const said = (answer: unknown): SendResult | undefined => (isSendResult(answer) ? answer : undefined);
