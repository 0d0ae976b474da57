import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import type { PhoneAuthError } from '../errors/phone-auth.error.js';

/** Whatever is not named here is the caller's mistake: 400. */
const STATUS: Partial<Record<PhoneAuthErrorCode, number>> = {
  UNAUTHORIZED: 401,
  USER_NOT_FOUND: 401,
  INVALID_PHONE_NUMBER_OR_PASSWORD: 401,
  PHONE_NUMBER_NOT_VERIFIED: 401,
  INVALID_TEMP_TOKEN: 401,
  INVALID_EMAIL_OR_PASSWORD: 401,
  REFRESH_TOKEN_REQUIRED: 401,
  INVALID_REFRESH_TOKEN: 401,
  CSRF_INVALID: 403,
  SESSION_NOT_FRESH: 403,
  TOO_MANY_ATTEMPTS: 403,
  PHONE_NUMBER_SIGN_UP_DISABLED: 403,
  PHONE_NUMBER_DISABLED: 403,
  SECOND_FACTOR_REQUIRED: 403,
  SECOND_FACTOR_NOT_AVAILABLE: 403,
  PHONE_NUMBER_IS_SECOND_FACTOR: 403,
  RECENT_OTP_REQUIRED: 403,
  VERIFIED_PHONE_REQUIRED: 403,
  VERIFICATION_FAILED: 403,
  MISSING_OR_NULL_ORIGIN: 403,
  INVALID_ORIGIN: 403,
  INVALID_RECEIPT: 403,
  ACCOUNT_NOT_FOUND: 404,
  MESSAGE_NOT_FOUND: 404,
  PHONE_SIGN_IN_DISABLED: 404,
  PROJECT_NOT_FOUND: 404,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  FAILED_TO_CREATE_USER: 500,
  FAILED_TO_UPDATE_USER: 500,
  FAILED_TO_CREATE_SESSION: 500,
  UNEXPECTED_ERROR: 500,
  SEND_OTP_NOT_IMPLEMENTED: 501,
  SEND_OTP_FAILED: 502,
  SERVICE_UNAVAILABLE: 503,
};

/**
 * The body of every error answer (WIRE 1.6). Dialects have codes of their own beside those of the catalogue.
 *
 * @publicApi
 */
export interface PhoneAuthErrorBody<Code extends string = PhoneAuthErrorCode> {
  readonly statusCode: number;
  /** Stable. Compare this. */
  readonly code: Code;
  /** English, for people who read logs. */
  readonly message: string;
  /** The status in words. */
  readonly error: string;
  /** Whole seconds until the request has a chance again. */
  readonly retryAfter?: number;
  /** How many more guesses the pending code allows. */
  readonly attemptsRemaining?: number;
}

/** An error as the shared dialect words it. */
export function errorBody({
  code,
  message,
  retryAfter,
  attemptsRemaining,
}: PhoneAuthError): PhoneAuthErrorBody {
  const statusCode = STATUS[code] ?? 400;
  return {
    statusCode,
    code,
    message,
    error: STATUS_CODES[statusCode] ?? 'Error',
    ...(retryAfter !== undefined && { retryAfter }),
    ...(attemptsRemaining !== undefined && { attemptsRemaining }),
  };
}

/** Errors that a dialect calls something else (K6–K8). What it does not name keeps its name. */
export type DialectErrors<Code extends string> = Partial<
  Record<PhoneAuthErrorCode, { readonly statusCode: number; readonly code: Code; readonly message: string }>
>;

/**
 * An error as a dialect words it. Of what it renames nothing is told beside the name and the wait: several errors may have
 * become one, and must not be told apart by the rest.
 */
export function dialectBody<Code extends string>(
  error: PhoneAuthError,
  names: DialectErrors<Code>,
): PhoneAuthErrorBody<PhoneAuthErrorCode | Code> {
  const renamed = names[error.code];
  if (!renamed) return errorBody(error);
  const { statusCode, code, message } = renamed;
  const { retryAfter } = error;
  return {
    statusCode,
    code,
    message,
    error: STATUS_CODES[statusCode] ?? 'Error',
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/**
 * Seconds to wait, under the standard name and under the one that Better Auth clients read; and the limit by address that
 * refused, in the fields of draft-ietf-httpapi-ratelimit-headers. A partition key is not sent (R60).
 */
export function retryHeaders({ retryAfter, policy }: PhoneAuthError): [name: string, value: string][] {
  if (retryAfter === undefined) return [];
  const waits: [string, string][] = ['Retry-After', 'X-Retry-After'].map((name) => [
    name,
    String(retryAfter),
  ]);
  if (!policy) return waits;
  const { name, quota, window } = policy;
  return [
    ...waits,
    ['RateLimit-Policy', `"${name}";q=${quota};w=${window}`],
    ['RateLimit', `"${name}";r=0;t=${retryAfter}`],
  ];
}

/** For guards and pipes on routes of the host, which know HttpException and not our filter. */
export function toHttpException(error: PhoneAuthError): HttpException {
  const body = errorBody(error);
  return new HttpException(body, body.statusCode, { cause: error });
}
