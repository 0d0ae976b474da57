import type { CodePurpose } from '../options/code-purpose.js';
import type { PhoneAuthConfig } from '../options/config.js';

/**
 * A code that somebody typed in.
 *
 * @publicApi
 */
export interface CodeAttempt {
  /** In E.164 form. */
  readonly phoneNumber: string;
  /** 4 to 10 digits. */
  readonly code: string;
  readonly purpose: CodePurpose;
}

/**
 * Checks codes in place of the module, for a provider that makes them itself, such as Twilio Verify. This class is both
 * the type and the injection token. The module's limits stay around it: a code must have been asked for, it lives
 * `expiresIn`, it is asked about `allowedAttempts` times, and it works once (S4.42).
 *
 * @example
 * ```ts
 * @Injectable()
 * class AcmeVerifier extends CodeVerifier {
 *   check({ phoneNumber, code }: CodeAttempt) {
 *     return this.acme.isRight(phoneNumber, code);
 *   }
 * }
 *
 * providers: [{ provide: CodeVerifier, useClass: AcmeVerifier }, { provide: SmsSender, useClass: AcmeSender }]
 * ```
 * @publicApi
 */
export abstract class CodeVerifier {
  /**
   * Whether the code is right. Nothing but `true` is a yes (R8).
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE` where the provider does not say
   */
  abstract check(attempt: CodeAttempt): Promise<boolean>;
}

/** The callback of the options, or none: then the module checks the codes that it made. */
export function defaultCodeVerifier({ verifyOTP }: Pick<PhoneAuthConfig, 'verifyOTP'>): CodeVerifier | null {
  if (!verifyOTP) return null;
  return { check: async ({ phoneNumber, code }) => verifyOTP({ phoneNumber, code }) };
}
