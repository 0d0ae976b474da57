import type { PhoneAuthErrorCode } from '../errors/error-codes.js';

// What goes wrong with several routes for the same reasons.

/** With a message that is wanted. */
export const SENDING = [
  'INVALID_PHONE_NUMBER',
  'CHANNEL_NOT_AVAILABLE',
  'MISSING_RESPONSE',
  'VERIFICATION_FAILED',
  'PHONE_NUMBER_DISABLED',
  'PHONE_SIGN_IN_DISABLED',
  'SEND_OTP_NOT_IMPLEMENTED',
  'SEND_OTP_FAILED',
] as const satisfies readonly PhoneAuthErrorCode[];

/** With a code that is given. */
export const PROVING = [
  'INVALID_OTP',
  'OTP_EXPIRED',
  'OTP_NOT_FOUND',
  'TOO_MANY_ATTEMPTS',
  'MISSING_RESPONSE',
  'VERIFICATION_FAILED',
  'PHONE_NUMBER_DISABLED',
  'PHONE_SIGN_IN_DISABLED',
] as const satisfies readonly PhoneAuthErrorCode[];

/** With an account that a code opens, or makes. */
export const ENTERING = [
  'INVALID_PHONE_NUMBER',
  ...PROVING,
  'PHONE_NUMBER_SIGN_UP_DISABLED',
  'SECOND_FACTOR_REQUIRED',
  'MISSING_FIELD',
  'FAILED_TO_CREATE_USER',
  'FAILED_TO_UPDATE_USER',
] as const satisfies readonly PhoneAuthErrorCode[];

export const NEW_PASSWORD = [
  'PASSWORD_TOO_SHORT',
  'PASSWORD_TOO_LONG',
  'PASSWORD_TOO_WEAK',
] as const satisfies readonly PhoneAuthErrorCode[];

/** With a sign-in that waits for its second factor. */
export const TEMP_TOKEN = [
  'TEMP_TOKEN_REQUIRED',
  'INVALID_TEMP_TOKEN',
  'SECOND_FACTOR_NOT_AVAILABLE',
] as const satisfies readonly PhoneAuthErrorCode[];
