/**
 * Thrown while the application starts, when an option is missing or cannot be right. The sentence names the option,
 * the value it has and what is allowed, so that the one line in the terminal is enough to mend it.
 *
 * @example
 * ```text
 * PhoneAuthOptionError: [nestjs-phone-auth] otpLength is 3: use a whole number from 4 to 10.
 * ```
 * @publicApi
 */
export class PhoneAuthOptionError extends Error {
  override readonly name = 'PhoneAuthOptionError';
  readonly code = 'PHONE_AUTH_INVALID_OPTION';

  constructor(
    /** The option's path, such as `session.expiresIn`. */
    readonly option: string,
    /** What it is, in words that are safe to print. */
    found: string,
    /** What would be right. */
    allowed: string,
  ) {
    super(`[nestjs-phone-auth] ${option} is ${found}: ${allowed}.`);
  }
}
