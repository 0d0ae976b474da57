import type { PhoneAuthConfig } from '../options/config.js';
import { CallbackSmsSender } from './callback-sms-sender.js';
import { ConsoleSmsSender } from './console-sms-sender.js';
import { NoSmsSender } from './no-sms-sender.js';
import type { SmsSender } from './sms-sender.js';

/**
 * The sender of a host that provides none: its callback, none on purpose, or the terminal.
 *
 * @throws PhoneAuthOptionError in production without a sender (S1.2)
 */
export function defaultSmsSender({ sendOTP, sendPasswordResetOTP, sendNotice }: PhoneAuthConfig): SmsSender {
  if (sendOTP === false) return new NoSmsSender(sendNotice);
  return sendOTP
    ? new CallbackSmsSender({ sendOTP, sendPasswordResetOTP, sendNotice })
    : new ConsoleSmsSender();
}
