import { allowedAttempts, expiresIn, otpLength } from '../options/check-options.js';
import type { PhoneAuthOptions } from '../options/options.js';
import { callback, group, requireOptions } from '../options/rules.js';
import type { PhoneAuthModuleExtras } from '../phone-auth.module-definition.js';
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
 * @throws PhoneAuthOptionError where an option is missing or cannot be right, under its name here
 * @publicApi
 */
export function kavachos(
  options: KavachosOptions,
): PhoneAuthOptions & Pick<PhoneAuthModuleExtras, 'dialects'> {
  check(options, 'kavachos');
  requireOptions(options, 'kavachos', ['onSendCode']);
  const { onSendCode, codeLength = 6, codeExpiry = 300, maxAttempts = 5 } = options;
  return {
    dialects: ['kavachos'],
    sendOTP: withCode(onSendCode),
    otpLength: codeLength,
    expiresIn: codeExpiry,
    allowedAttempts: maxAttempts,
    createUserOn: 'send',
  };
}

const check = group({
  onSendCode: callback,
  codeLength: otpLength,
  codeExpiry: expiresIn,
  maxAttempts: allowedAttempts,
});
