// the bundle is a classic script that leaves one global behind; every other module imports from here
import '../vendor/libphonenumber.js';

export const {
  AsYouType,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} = globalThis.libphonenumber;

/** +12025550123 as `+1 202 555 0123`. */
export const formatted = (phoneNumber) =>
  parsePhoneNumberFromString(phoneNumber)?.formatInternational() ?? phoneNumber;
