import type { PhoneAuthModuleExtras } from '../phone-auth.module-definition.js';
import type { PhoneAuthOptions } from '../options/options.js';
import { withCode } from './callbacks.js';

/**
 * Options of KavachOS's phone plugin, under the names that they have there.
 *
 * @publicApi
 */
export interface KavachosOptions {
  /** Gets the number in E.164 form and the digits of the code. */
  onSendCode: (phone: string, code: string) => unknown;
  /** @default 6 */
  codeLength?: number;
  /** Seconds. @default 300 */
  codeExpiry?: number;
  /** Wrong codes until a new one has to be asked for. @default 5 */
  maxAttempts?: number;
}

/**
 * For applications that come from KavachOS: its routes, its options with its defaults, and an account from the first
 * message on.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, ...kavachos({ onSendCode: (phone, code) => sms.send(phone, `Your code: ${code}`) }) })
 * ```
 * @publicApi
 */
export function kavachos({
  onSendCode,
  codeLength = 6,
  codeExpiry = 300,
  maxAttempts = 5,
}: KavachosOptions): PhoneAuthOptions & Pick<PhoneAuthModuleExtras, 'dialects'> {
  return {
    dialects: ['kavachos'],
    sendOTP: withCode(onSendCode),
    otpLength: codeLength,
    expiresIn: codeExpiry,
    allowedAttempts: maxAttempts,
    createUserOn: 'send',
  };
}
