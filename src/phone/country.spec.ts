import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { countryOf } from './country.js';
import type { E164 } from './e164.js';

describe('the country of a number', () => {
  it.each(getCountries().filter((country) => examples[country]))('R22 is what its numbering plan says: %s', (country) => {
    const number = `+${getCountryCallingCode(country)}${examples[country]}`;
    expect(countryOf(number as E164)).toBe(parsePhoneNumberFromString(number)?.country);
  });

  it.each(['+881612345678', '+80012345678', '+99912345678', '+12', '+'])('R22 is ZZ where it has none: %s', (number) => {
    expect(countryOf(number as E164)).toBe('ZZ');
  });
});
