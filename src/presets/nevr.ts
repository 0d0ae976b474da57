import type { PhoneAuthOptions, RateLimitOptions, SendOtp } from '../options/options.js';

/**
 * Options of nevr's phone-number plugin, under the names that they have there.
 *
 * @publicApi
 */
export interface NevrOptions {
  sendOTP: SendOtp;
  /** Seconds. @default 300 */
  expiresIn?: number;
  /** @default 6 */
  otpLength?: number;
  /** @default true */
  allowSignUp?: boolean;
  /** @default true */
  requireVerification?: boolean;
  /** `window` in milliseconds. @default { window: 60_000, max: 10 } */
  rateLimit?: RateLimitOptions | false;
  phoneNumberValidator?: (phoneNumber: string) => boolean | Promise<boolean>;
}

/**
 * For applications that come from nevr: `verify` adds the number to the account that is signed in (S1.17), and the
 * cookie has nevr's name.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, ...nevr({ sendOTP: ({ phoneNumber, code }) => sms.send(phoneNumber, code) }) })
 * ```
 * @publicApi
 */
export function nevr(options: NevrOptions): PhoneAuthOptions {
  return { ...options, verifyWithSession: 'link', session: { cookie: { prefix: 'nevr' } } };
}
