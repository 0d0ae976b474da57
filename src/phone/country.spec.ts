import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { countryOf } from './country.js';
import type { E164 } from './e164.js';

describe('the country of a number', () => {
  it('R22 is what its numbering plan says, also where a calling code has one country only', () => {
    const numbers = getCountries()
      .filter((country) => examples[country])
      .map((country) => `+${getCountryCallingCode(country)}${examples[country]}` as E164);
    const planned = numbers.map((number) => parsePhoneNumberFromString(number)?.country);
    expect(numbers.map((number) => countryOf(number))).toEqual(planned);
    expect(numbers.length).toBeGreaterThan(200);
  });

  it.each(['+881612345678', '+80012345678', '+99912345678', '+12', '+'])(
    'R22 is ZZ where it has none: %s',
    (number) => {
      expect(countryOf(number as E164)).toBe('ZZ');
    },
  );
});
