import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { E164 } from './e164.js';

/** Calling codes that one country has for itself, so that no plan has to be looked at. */
const countryByCode = new Map<string, string>();
const shared = new Set<string>();
for (const country of getCountries()) {
  const code = getCountryCallingCode(country);
  if (countryByCode.has(code)) shared.add(code);
  countryByCode.set(code, country);
}
for (const code of shared) countryByCode.delete(code);

/** The ISO 3166-1 region of a number by its metadata, not by its calling code (R22); `ZZ` where it has none. */
export function countryOf(phoneNumber: E164): string {
  // no calling code begins with another one
  const alone = [2, 3, 4].map((end) => countryByCode.get(phoneNumber.slice(1, end))).find(Boolean);
  return alone ?? parsePhoneNumberFromString(phoneNumber)?.country ?? 'ZZ';
}
