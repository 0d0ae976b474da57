/** Between two digits of a number or a code, as people and programs write them. */
const GAP = '[ ().-]{0,2}';

/** What stands in front of the subscriber's digits, country code included. */
const PREFIX = '\\+?[\\d ().-]{0,12}';

/** What a provider's error may repeat. */
export interface FailureSecrets {
  readonly phoneNumber: string;
  readonly code?: string | undefined;
}

/**
 * Why a sender failed, for the log. Providers like to repeat the request in their errors, each in its own spelling;
 * neither the code nor the number may reach the log (I4).
 */
export function failureReason(reason: string, { code, phoneNumber }: FailureSecrets): string {
  const text = reason.replace(spelling(phoneNumber.slice(1).slice(-7), PREFIX), '[number]');
  return code === undefined ? text : text.replace(spelling(code), '******');
}

const spelling = (digits: string, prefix = '') => new RegExp(prefix + digits.split('').join(GAP), 'g');
