import type { PhoneAuthOptions, SendOtp, SignUpOptions } from '../options/options.js';

/**
 * Options of Better Auth's phone-number plugin, under the names that they have there.
 *
 * @publicApi
 */
export interface BetterAuthOptions {
  sendOTP: SendOtp;
  sendPasswordResetOTP?: SendOtp;
  verifyOTP?: (input: { phoneNumber: string; code: string }) => boolean | Promise<boolean>;
  /** @default 6 */
  otpLength?: number;
  /** Seconds. @default 300 */
  expiresIn?: number;
  /** @default 3 */
  allowedAttempts?: number;
  phoneNumberValidator?: (phoneNumber: string) => boolean | Promise<boolean>;
  /** Whether password sign-in and reset want a verified number. @default false */
  requireVerification?: boolean;
  /** Lets unknown numbers sign up. Without it they are answered 403. @default no sign-up */
  signUpOnVerification?: SignUpOptions;
  callbackOnVerification?: NonNullable<PhoneAuthOptions['callbackOnVerification']>;
}

/**
 * For applications that come from Better Auth: the options of `phoneNumber({ … })`, with its defaults.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, path: 'api/auth', ...betterAuth({ sendOTP: ({ phoneNumber, code }) => sms.send(phoneNumber, code) }) })
 * ```
 * @publicApi
 */
export function betterAuth({ requireVerification = false, ...options }: BetterAuthOptions): PhoneAuthOptions {
  return { ...options, requireVerification, allowSignUp: options.signUpOnVerification !== undefined };
}
