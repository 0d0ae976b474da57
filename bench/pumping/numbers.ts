import examples from 'libphonenumber-js/examples.mobile.json';
import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import type { E164 } from '../../src/phone/e164.js';
import type { Random } from './random.js';

/** What a message costs, in US dollars: what providers list, roughly. */
const PRICES: Partial<Record<CountryCode, number>> = {
  US: 0.05,
  DE: 0.1,
  FR: 0.08,
  ES: 0.07,
  LK: 0.3,
  UZ: 0.3,
  KE: 0.2,
};
const PRICE_ELSEWHERE = 0.15;

export const priceOf = (country: CountryCode): number => PRICES[country] ?? PRICE_ELSEWHERE;

export const allCountries = (): CountryCode[] => getCountries().filter((country) => examples[country]);

/** Digits that stay, so that a number belongs to its country also where several share a calling code. */
const KEPT: Record<string, number> = { '1': 6, '44': 4, '7': 3 };

/** The n-th mobile number of a country, in an order in which the last digits count up. */
export function mobileNumber(country: CountryCode, n: number): E164 {
  const code = getCountryCallingCode(country);
  const example = examples[country];
  const kept = KEPT[code] ?? 2;
  const free = example.length - kept;
  const rest = String(n % 10 ** free).padStart(free, '0');
  return `+${code}${example.slice(0, kept)}${rest}` as E164;
}

export const randomNumber = (country: CountryCode, random: Random): E164 =>
  mobileNumber(country, random.below(10 ** 9));
