const TRY_AGAIN = 'Something went wrong on our side. Please try again.';

const SENTENCES = {
  // the number
  INVALID_PHONE_NUMBER: 'That is not a phone number we can text. Please check it.',
  SESSION_NOT_FRESH: 'You signed in more than a day ago. Sign in again to see this.',
  MISSING_FIELD: 'Something that is needed is missing.',
  PHONE_NUMBER_EXIST: 'This number already belongs to an account.',
  PHONE_NUMBER_ALREADY_EXISTS: 'This number already belongs to an account.',
  PHONE_NUMBER_NOT_EXIST: 'We do not know this number.',
  PHONE_NUMBER_NOT_VERIFIED: 'This number has to be confirmed with a code first.',
  PHONE_NUMBER_PENDING_VERIFICATION: 'This number has to be confirmed with a code first.',
  PHONE_NUMBER_CANNOT_BE_UPDATED: 'A number cannot be changed here.',
  PHONE_NUMBER_CANNOT_BE_SET: 'A number has to be confirmed with a code.',
  PHONE_NUMBER_SIGN_UP_DISABLED: 'There is no account with this number.',
  PHONE_NUMBER_DISABLED: 'Too many wrong codes were entered for this number. Please contact us.',

  // the code
  INVALID_OTP: 'That is not the right code.',
  OTP_EXPIRED: 'This code has expired. Ask for a new one.',
  OTP_NOT_FOUND: 'This code is no longer good. Ask for a new one.',
  TOO_MANY_ATTEMPTS: 'Too many wrong codes, so this one no longer works. Ask for a new one.',
  SEND_OTP_FAILED: 'The message could not be sent. Please try again.',
  PHONE_SIGN_IN_DISABLED: 'Signing in by phone is switched off just now.',
  MESSAGE_NOT_FOUND: 'Nothing is known of this message. Ask for a new code.',
  INVALID_RECEIPT: 'The server did not understand this request. Please reload the page.',
  SEND_OTP_NOT_IMPLEMENTED: 'This site does not send codes at the moment.',

  // the password
  INVALID_PHONE_NUMBER_OR_PASSWORD: 'The number or the password is not right.',
  INVALID_PASSWORD: 'That is not your current password.',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'This account has no password.',
  PASSWORD_TOO_SHORT: 'This password is too short. Use at least 8 characters.',
  PASSWORD_TOO_LONG: 'This password is too long. Use at most 128 characters.',
  PASSWORD_TOO_WEAK: 'This password is too easy to guess.',
  PASSWORD_RESET_OTP_INVALID: 'This code is wrong or no longer good. Ask for a new one.',

  // the code beside the password, and the code once more
  TEMP_TOKEN_REQUIRED: 'Please sign in with your password first.',
  INVALID_TEMP_TOKEN: 'That took too long. Please enter your password again.',
  SECOND_FACTOR_REQUIRED: 'This account signs in with its password and a code.',
  SECOND_FACTOR_NOT_AVAILABLE: 'This takes a phone number that you have confirmed.',
  PHONE_NUMBER_IS_SECOND_FACTOR:
    'This number is the second step of its account. A code alone cannot stand in for the password: please contact us.',
  RECENT_OTP_REQUIRED: 'Please confirm with a code that it is you.',
  VERIFIED_PHONE_REQUIRED: 'This takes a phone number that you have confirmed.',

  // the account and the session
  ACCOUNT_NOT_FOUND: 'We could not find this account.',
  PHONE_NOT_SET: 'This account has no number.',
  INVALID_EMAIL_OR_PASSWORD: 'The e-mail address or the password is not right.',
  CSRF_INVALID: 'The server does not trust this page. Please reload it.',
  REFRESH_TOKEN_REQUIRED: 'You are no longer signed in.',
  INVALID_REFRESH_TOKEN: 'You are no longer signed in.',
  USER_NOT_FOUND: 'We could not find this account.',
  FAILED_TO_CREATE_USER: TRY_AGAIN,
  FAILED_TO_UPDATE_USER: TRY_AGAIN,
  FAILED_TO_CREATE_SESSION: TRY_AGAIN,
  UNAUTHORIZED: 'You are no longer signed in.',
  EMAIL_CAN_NOT_BE_UPDATED: 'The e-mail address cannot be changed here.',
  FIELD_NOT_ALLOWED: 'This cannot be changed here.',
  NO_FIELDS_TO_UPDATE: 'There is nothing to change.',

  // the request
  VALIDATION_ERROR: 'Something in the form is not right. Please check it.',
  BAD_REQUEST: 'The server did not understand this request. Please reload the page.',
  INVALID_WEBHOOK_URL: 'Events cannot go there: the address has to be https, and found on the internet.',
  PROJECT_NOT_FOUND: 'There is no such project and branch here.',
  UNSUPPORTED_MEDIA_TYPE: 'The server did not understand this request. Please reload the page.',
  PAYLOAD_TOO_LARGE: 'That was more than the server takes.',
  MISSING_OR_NULL_ORIGIN: 'The server does not trust this page. Please open it at its own address.',
  INVALID_ORIGIN: 'The server does not trust this page. Please open it at its own address.',
  CHANNEL_NOT_AVAILABLE: 'The code cannot be sent this way yet. Ask for a text message.',
  MISSING_RESPONSE: 'Please show that you are no machine.',
  VERIFICATION_FAILED: 'That did not show that you are no machine. Please try again.',
  RATE_LIMITED: 'That was too often in a short time. Please wait a moment.',

  // the server and the way to it
  SERVICE_UNAVAILABLE: 'The service is not available at the moment. Please try again soon.',
  UNEXPECTED_ERROR: TRY_AGAIN,
  NETWORK_ERROR: 'We cannot reach the server. Check your connection and try again.',
  UNKNOWN: TRY_AGAIN,
};

/** Codes after which only another code helps. */
const CODE_IS_DEAD = new Set(['TOO_MANY_ATTEMPTS', 'OTP_EXPIRED', 'OTP_NOT_FOUND']);

export const needsNewCode = ({ code, attemptsRemaining }) =>
  CODE_IS_DEAD.has(code) || attemptsRemaining === 0;

/** An error in words for the person at the screen. */
export function sentenceFor({ code, attemptsRemaining: left }) {
  // a code that is newer than this page is still said, so that somebody can ask about it
  const sentence = SENTENCES[code] ?? `${TRY_AGAIN} (${code})`;
  if (code !== 'INVALID_OTP' || left === undefined) return sentence;
  if (left === 0) return `${sentence} No attempts left: ask for a new code.`;
  return `${sentence} ${left} ${left === 1 ? 'attempt' : 'attempts'} left.`;
}
