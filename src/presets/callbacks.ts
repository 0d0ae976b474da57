import type { SendOtp } from '../options/options.js';

/**
 * A callback of number and code, as KavachOS (`onSendCode`) and node-auth (`sendSms`) have it, as a `sendOTP` (S2.1,
 * S3.1).
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, sendOTP: withCode((phone, code) => sms.send(phone, `Your code: ${code}`)) })
 * ```
 * @publicApi
 */
export const withCode =
  (callback: (phoneNumber: string, code: string) => unknown): SendOtp =>
  ({ phoneNumber, code }) =>
    callback(phoneNumber, code);

/**
 * A callback of number and whole text, as Kernia (`sendSms`) has it, as a `sendOTP` (S4.1).
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, sendOTP: withText((phone, message) => sms.send(phone, message)) })
 * ```
 * @publicApi
 */
export const withText =
  (callback: (phoneNumber: string, message: string) => unknown): SendOtp =>
  ({ phoneNumber, text }) =>
    callback(phoneNumber, text);
