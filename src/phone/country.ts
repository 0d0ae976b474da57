import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { E164 } from './e164.js';

/** The ISO 3166-1 region of a number by its metadata, not by its calling code (R22); `ZZ` where it has none. */
export function countryOf(phoneNumber: E164): string {
  return parsePhoneNumberFromString(phoneNumber)?.country ?? 'ZZ';
}
