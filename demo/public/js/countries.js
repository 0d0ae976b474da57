import { getCountries, getCountryCallingCode } from './phone-numbers.js';

const FIRST_FLAG_LETTER = 0x1f1e6 - 'A'.charCodeAt(0);

/** Every country that has phone numbers, by name in the page's language. */
export function countries(language = document.documentElement.lang) {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return getCountries()
    .map((code) => ({
      code,
      name: names.of(code),
      dial: `+${getCountryCallingCode(code)}`,
      flag: flag(code),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, language));
}

/** Where the person probably is: the browser does not say, but its languages often do. */
export function defaultCountry(languages = navigator.languages) {
  const known = new Set(getCountries());
  const locales = languages.map((language) => new Intl.Locale(language));
  // a region that somebody chose says more than the one where a language is at home
  const guesses = [...locales, ...locales.map((locale) => locale.maximize())].map(({ region }) => region);
  return guesses.find((region) => known.has(region)) ?? 'US';
}

export const countryName = (code, language = document.documentElement.lang) =>
  new Intl.DisplayNames(language, { type: 'region' }).of(code);

function flag(code) {
  return String.fromCodePoint(...[...code].map((letter) => letter.charCodeAt(0) + FIRST_FLAG_LETTER));
}
