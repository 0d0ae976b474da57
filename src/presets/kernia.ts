import type { PhoneAuthOptions } from '../options/options.js';
import { withText } from './callbacks.js';

/**
 * Options of Kernia's `phone_number` plugin, under the names that they have there, in camelCase.
 *
 * @publicApi
 */
export interface KerniaOptions {
  /** Gets the whole text, code included. */
  sendSms: (phoneNumber: string, message: string) => unknown;
  /** @default 6 */
  otpLength?: number;
  /** Seconds. @default 300 */
  expiresIn?: number;
  /** Refuse the right code for an unknown number with 403 `PHONE_NUMBER_SIGN_UP_DISABLED`. @default false */
  disableSignUp?: boolean;
  /** @default 3 */
  allowedAttempts?: number;
  /** Whether password sign-in wants a verified number. @default false */
  requireVerification?: boolean;
}

/**
 * For applications that come from Kernia.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, path: 'api/auth', ...kernia({ sendSms: (phone, message) => sms.send(phone, message) }) })
 * ```
 * @publicApi
 */
export function kernia({
  sendSms,
  disableSignUp = false,
  requireVerification = false,
  ...same
}: KerniaOptions): PhoneAuthOptions {
  return {
    ...same,
    rateLimit: KERNIA_LIMITS,
    requireVerification,
    allowSignUp: !disableSignUp,
    sendOTP: withText(sendSms),
  };
}

/** Requests per minute, as Kernia limits its routes (S4.30). */
const KERNIA_LIMITS = {
  window: 60_000,
  routes: {
    'send-otp': { max: 3 },
    verify: { max: 5 },
    'sign-in': { max: 10 },
    'request-password-reset': { max: 3 },
    'reset-password': { max: 5 },
  },
} as const;
