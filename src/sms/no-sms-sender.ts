import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { SmsSender } from './sms-sender.js';

/** What `sendOTP: false` stands for: this application sends no codes and says so (S4.3). */
export class NoSmsSender extends SmsSender {
  override send(): Promise<void> {
    return Promise.reject(new PhoneAuthError('SEND_OTP_NOT_IMPLEMENTED'));
  }
}
