/**
 * Every code that this module can answer with, and its English message.
 *
 * The code is the stable part of an error: compare it, translate it. The message is for people who read logs and may
 * change in any release. The names are those that users of Better Auth, Kernia and nevr already know.
 *
 * @example
 * ```ts
 * if (body.code === 'OTP_EXPIRED') askForANewCode();
 * ```
 * @publicApi
 */
export const PHONE_AUTH_ERRORS = {
  // the number
  INVALID_PHONE_NUMBER: 'Invalid phone number',
  PHONE_NUMBER_EXIST: 'Phone number already exists',
  PHONE_NUMBER_ALREADY_EXISTS: 'Phone number already exists',
  PHONE_NUMBER_NOT_EXIST: 'Phone number is not registered',
  PHONE_NUMBER_NOT_VERIFIED: 'Phone number not verified',
  PHONE_NUMBER_PENDING_VERIFICATION: 'Phone number requires account ownership proof',
  PHONE_NUMBER_CANNOT_BE_UPDATED: 'Phone number cannot be updated',
  PHONE_NUMBER_CANNOT_BE_SET: 'Phone number can only be set by verifying it',
  PHONE_NUMBER_SIGN_UP_DISABLED: 'There is no account with this phone number',

  PHONE_SIGN_IN_DISABLED: 'Phone sign-in is switched off',
  PHONE_NUMBER_DISABLED: 'Too many wrong codes: this number is disabled',

  // the code
  INVALID_OTP: 'Invalid OTP',
  OTP_EXPIRED: 'OTP expired',
  OTP_NOT_FOUND: 'OTP not found',
  TOO_MANY_ATTEMPTS: 'Too many attempts',
  INVALID_RECEIPT: 'This is no receipt of the provider',
  MESSAGE_NOT_FOUND: 'No message belongs to this challenge',
  SEND_OTP_FAILED: 'The code could not be sent',
  CHANNEL_NOT_AVAILABLE: 'The code cannot be sent this way, or not yet',
  SEND_OTP_NOT_IMPLEMENTED: 'sendOTP not implemented',

  // the password
  INVALID_PHONE_NUMBER_OR_PASSWORD: 'Invalid phone number or password',
  INVALID_PASSWORD: 'Invalid password',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'Credential account not found',
  PASSWORD_TOO_SHORT: 'Password too short',
  PASSWORD_TOO_LONG: 'Password too long',
  PASSWORD_TOO_WEAK: 'Password too weak',
  PASSWORD_RESET_OTP_INVALID: 'Invalid or expired password reset code',

  // the second factor and step-up
  TEMP_TOKEN_REQUIRED: 'The temp token is missing',
  INVALID_TEMP_TOKEN: 'The temp token is not valid, or not any more: sign in again',
  SECOND_FACTOR_REQUIRED: 'This account signs in with its password and a code',
  SECOND_FACTOR_NOT_AVAILABLE: 'There is no verified phone number to be the second factor',
  PHONE_NUMBER_IS_SECOND_FACTOR: 'This phone number is the second factor of its account',
  RECENT_OTP_REQUIRED: 'Prove the phone number again: POST step-up/send-otp, then step-up/verify',
  VERIFIED_PHONE_REQUIRED: 'A verified phone number is required',

  // the challenge, in the words of Better Auth's captcha plugin
  MISSING_RESPONSE: 'Missing CAPTCHA response',
  VERIFICATION_FAILED: 'Captcha verification failed',

  // the account and the session
  USER_NOT_FOUND: 'User not found',
  FAILED_TO_CREATE_USER: 'Failed to create user',
  FAILED_TO_UPDATE_USER: 'Failed to update user',
  FAILED_TO_CREATE_SESSION: 'Failed to create session',
  UNAUTHORIZED: 'Unauthorized',
  SESSION_NOT_FRESH: 'Session is not fresh',
  ACCOUNT_NOT_FOUND: 'There is no such account',
  PHONE_NOT_SET: 'The account has no proven phone number',
  INVALID_EMAIL_OR_PASSWORD: 'Invalid email or password',
  CSRF_INVALID: 'Missing or invalid CSRF token',
  REFRESH_TOKEN_REQUIRED: 'No refresh token provided',
  INVALID_REFRESH_TOKEN: 'Invalid refresh token',
  EMAIL_CAN_NOT_BE_UPDATED: 'Email can not be updated',
  FIELD_NOT_ALLOWED: 'This field is not allowed to be set',
  MISSING_FIELD: 'A required field is missing',
  NO_FIELDS_TO_UPDATE: 'No fields to update',

  // the request
  VALIDATION_ERROR: 'Validation failed',
  BAD_REQUEST: 'Bad request',
  INVALID_WEBHOOK_URL: '[body.webhook_url] must be an address of https that is found on the internet',
  PROJECT_NOT_FOUND: 'There is no such project and branch here',
  UNSUPPORTED_MEDIA_TYPE: 'Send the body as application/json',
  PAYLOAD_TOO_LARGE: 'The body is too large',
  MISSING_OR_NULL_ORIGIN: 'Missing or null Origin',
  INVALID_ORIGIN: 'Invalid origin',
  RATE_LIMITED: 'Too many requests. Please try again later.',

  // the server
  SERVICE_UNAVAILABLE: 'The service is unavailable. Please try again later.',
  UNEXPECTED_ERROR: 'Unexpected error',
} as const;

/**
 * One of the stable codes in {@link PHONE_AUTH_ERRORS}.
 *
 * @publicApi
 */
export type PhoneAuthErrorCode = keyof typeof PHONE_AUTH_ERRORS;
