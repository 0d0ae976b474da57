import { getCountries } from 'libphonenumber-js/max';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { AllowedNumberType } from './options.js';
import { type Rule, rule } from './rules.js';

const ALLOWED_TYPES: readonly AllowedNumberType[] = [
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'FIXED_LINE',
  'VOIP',
  'PERSONAL_NUMBER',
];

const REGIONS: ReadonlySet<unknown> = new Set(getCountries());

export const region: Rule = rule(
  (value) => REGIONS.has(value),
  "use an ISO 3166-1 alpha-2 region such as 'US' or 'GB'",
);

const numberType: Rule = rule(
  (value) => ALLOWED_TYPES.some((type) => type === value),
  `use one of ${ALLOWED_TYPES.map((type) => `'${type}'`).join(', ')}: ` +
    'to the others no code is sent, as they cost extra, or nobody reads it there',
);

const shape: Rule = rule(
  (value) => typeof value === 'string' && /^\+[1-9]\d{0,13}#+$/.test(value) && value.length <= 16,
  "use a number with # for every digit that may be any, such as '+229########'",
);

/** A list that is not empty, so that nobody is locked out by a variable that was not set. */
const list =
  (entryRule: Rule, allowed: string, mayBeEmpty = false): Rule =>
  (value, option) => {
    rule((entries) => Array.isArray(entries) && (mayBeEmpty || entries.length > 0), allowed)(value, option);
    (value as unknown[]).forEach((entry, i) => entryRule(entry, `${option}[${i}]`));
  };

const regions = list(region, "use '*' or a list of ISO 3166-1 alpha-2 regions such as ['US', 'CA']");

export const countries: Rule = (value, option) => {
  if (value !== '*') regions(value, option);
};

export const numberTypes: Rule = list(numberType, "use a list such as ['MOBILE', 'FIXED_LINE_OR_MOBILE']");

export const shapes: Rule = list(shape, "use a list such as ['+229########']", true);

/** @throws PhoneAuthOptionError where numbers without `+` would be read and refused at once */
export function checkSpelling({
  strict,
  defaultRegion,
}: {
  strict: boolean;
  defaultRegion: string | undefined;
}): void {
  if (strict && defaultRegion !== undefined) {
    throw new PhoneAuthOptionError(
      'numbers.strict',
      'true beside numbers.defaultRegion',
      'leave one of them out: strict accepts nothing but + and digits',
    );
  }
}
