import { sentenceFor } from '../sentences.js';

const names = new Intl.DisplayNames('en', { type: 'region' });

export const countryName = (code) => (code === 'ZZ' ? 'No country' : names.of(code));

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export const clockOf = (moment) => time.format(new Date(moment));

const LIMITS = {
  'number-delay': 'asked again too early',
  'number-row': 'too many to this number in a row',
  'number-hour': 'too many to this number in an hour',
  'number-day': 'too many to this number in a day',
  'number-guesses': 'wrong codes for this number',
  'channel-hour': 'too many calls to this number in an hour',
  'channel-day': 'too many calls to this number in a day',
  'address-messages': 'too many for this address in an hour',
  user: 'too many for this user in an hour',
  'overall-minute': 'the limit for all together, of a minute',
  'overall-day': 'the limit for all together, of a day',
};

const REASONS = {
  INVALID_PHONE_NUMBER: 'no messages go to this country or kind of number',
  PHONE_NUMBER_DISABLED: 'this number is disabled after wrong codes',
  PHONE_SIGN_IN_DISABLED: 'phone sign-in is switched off',
  MISSING_RESPONSE: 'no CAPTCHA was solved',
  VERIFICATION_FAILED: 'the CAPTCHA was not solved',
  SEND_OTP_FAILED: 'no provider took the message',
  SEND_OTP_NOT_IMPLEMENTED: 'there is no sender',
};

/** Why a message was held back. */
export function whyBlocked({ reason, limit }) {
  if (limit === undefined) return REASONS[reason] ?? reason;
  // what the guard against pumping counts has names of its own
  return LIMITS[limit] ?? `looks like SMS pumping (${limit})`;
}

/** An error in words for whoever operates the service: what is wrong with a field, the server says best. */
export const operatorSentence = (error) =>
  error.code === 'VALIDATION_ERROR' && error.message
    ? error.message.replaceAll(/\[body\.\w+\] /g, '')
    : sentenceFor(error);
