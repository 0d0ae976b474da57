import { PHONE_AUTH_ERRORS, type PhoneAuthErrorCode } from './error-codes.js';

/**
 * The limit that a request was refused by, in the words of draft-ietf-httpapi-ratelimit-headers (R60).
 *
 * @publicApi
 */
export interface RateLimitPolicy {
  readonly name: string;
  /** So much is allowed in one window. */
  readonly quota: number;
  /** Length of the window, in seconds. */
  readonly window: number;
}

/**
 * What a {@link PhoneAuthError} can carry beside its code.
 *
 * @publicApi
 */
export interface PhoneAuthErrorDetails {
  /** Replaces the catalogue's message, where a more exact one helps (it never holds a secret or a code). */
  message?: string;
  /** Whole seconds until the same request has a chance again. */
  retryAfter?: number;
  /** The limit that refused. Only for limits by the caller's own address: any other would tell of somebody else (R60). */
  policy?: RateLimitPolicy;
  /** What was used up, as events call it. Not for callers: it may tell of somebody else (R60). */
  limit?: string | undefined;
  /** How many more guesses the pending code allows. */
  attemptsRemaining?: number;
  /** What went wrong underneath. It is logged and never sent. */
  cause?: unknown;
}

/**
 * The one error that flows and the service throw. It knows nothing of HTTP, so a GraphQL resolver, a job or an RPC
 * handler can read `code` the same way; the HTTP routes turn it into a status and a JSON body.
 *
 * @example
 * ```ts
 * try {
 *   await phoneAuth.verify({ phoneNumber, code });
 * } catch (error) {
 *   if (error instanceof PhoneAuthError && error.code === 'INVALID_OTP') return error.attemptsRemaining;
 *   throw error;
 * }
 * ```
 * @publicApi
 */
export class PhoneAuthError extends Error {
  override readonly name = 'PhoneAuthError';
  readonly retryAfter: number | undefined;
  readonly policy: RateLimitPolicy | undefined;
  readonly attemptsRemaining: number | undefined;

  /** Where it is a limit that refused. Private, so that nothing that prints or sends the error shows it. */
  readonly #limit: string | undefined;

  constructor(
    readonly code: PhoneAuthErrorCode,
    details: PhoneAuthErrorDetails = {},
  ) {
    super(
      details.message ?? PHONE_AUTH_ERRORS[code],
      details.cause === undefined ? {} : { cause: details.cause },
    );
    this.retryAfter = details.retryAfter;
    this.policy = details.policy;
    this.attemptsRemaining = details.attemptsRemaining;
    this.#limit = details.limit;
  }

  /** What was used up, as events call it: `number-hour`, `address`, `overall-day` … It is not for callers (R60). */
  get limit(): string | undefined {
    return this.#limit;
  }
}
