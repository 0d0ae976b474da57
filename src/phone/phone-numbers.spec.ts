import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from './e164.js';
import { PhoneNumbers } from './phone-numbers.js';

const all = new PhoneNumbers(resolveConfig({ secret: 'the secret of this application, long enough' }));

describe('the country of a number', () => {
  it('R22 is what its numbering plan says', () => {
    const numbers = getCountries()
      .filter((country) => examples[country])
      .map((country) => `+${getCountryCallingCode(country)}${examples[country]}` as E164);
    const planned = numbers.map((number) => parsePhoneNumberFromString(number)?.country);
    expect(numbers.map((number) => all.countryOf(number))).toEqual(planned);
    expect(numbers.length).toBeGreaterThan(200);
  });

  it.each(['+881612345678', '+80012345678', '+99912345678', '+12', '+'])(
    'R22 is ZZ where it has none: %s',
    (number) => {
      expect(all.countryOf(number as E164)).toBe('ZZ');
    },
  );
});
