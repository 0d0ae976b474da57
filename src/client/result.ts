import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import type { KavachosErrorCode } from '../errors/kavachos-errors.js';
import type { NodeAuthErrorCode } from '../errors/node-auth-errors.js';

/**
 * What went wrong with a call, as data: nothing is thrown.
 *
 * @example
 * ```ts
 * if (error?.code === 'RATE_LIMITED') showCountdown(error.retryAfter ?? 60);
 * ```
 * @publicApi
 */
export interface PhoneAuthClientError {
  /**
   * The server's stable code. `NETWORK_ERROR`: there was no answer, or the call was aborted. `UNKNOWN`: there was one,
   * and it was not the module that gave it (a proxy's page, the host's own error).
   */
  readonly code: PhoneAuthErrorCode | KavachosErrorCode | NodeAuthErrorCode | 'NETWORK_ERROR' | 'UNKNOWN';
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** English, for logs. */
  readonly message: string;
  /** Whole seconds until the same call has a chance again. */
  readonly retryAfter?: number;
  /** How many more guesses the pending code allows. */
  readonly attemptsRemaining?: number;
  /** What `fetch` or one of your own callbacks threw. */
  readonly cause?: unknown;
}

/**
 * What every call resolves to. Look at `error` first; then `data` has its type.
 *
 * @example
 * ```ts
 * const { data, error } = await client.auth.phoneNumber.sendOTP({ phoneNumber });
 * if (error) return show(error.code);
 * startCountdown(data.resendAfter);
 * ```
 * @publicApi
 */
export type PhoneAuthResult<Data> =
  | { readonly data: Data; readonly error: null }
  | { readonly data: null; readonly error: PhoneAuthClientError };
