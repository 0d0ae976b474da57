import { type CountryCode, type NumberType, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * A phone number in the one form in which this module stores, compares, limits and hashes it: `+`, country code,
 * subscriber number, digits only, at most fifteen (ITU-T E.164).
 *
 * @publicApi
 */
export type E164 = string & { readonly __e164: true };

/** Longer input is not a number written oddly but something else (R19). */
const MAX_INPUT_LENGTH = 32;
const SEPARATORS = /[ \-.()]/g;
const SHAPE = /^\+[1-9]\d{1,14}$/;
/** As dialled in a country: an exit code of up to five digits may stand before the fifteen. */
const DIALLED = /^\d{2,20}$/;

/**
 * Options of {@link parseE164}.
 *
 * @publicApi
 */
export interface ParseE164Options {
  /**
   * Refuse spaces, dashes, dots and brackets instead of dropping them, and everything that does not begin with `+`.
   * @default false
   */
  strict?: boolean;
  /**
   * Read what does not begin with `+` as it is dialled in this region (ISO 3166-1 alpha-2).
   * @default none
   */
  defaultRegion?: CountryCode | undefined;
}

/** A number, and what the numbering plans say about it. */
export interface NumberFacts {
  readonly number: E164;
  /** `undefined` where it belongs to no country, or where regions share the calling code and no plan knows the number. */
  readonly region: CountryCode | undefined;
  /** `undefined` where no plan knows the number: with full metadata every number that a plan knows has a type. */
  readonly type: NumberType;
}

/**
 * Reads what has the form of a number with a calling code that exists, in its plan or not; where `strict`, what has the form
 * alone, from `+12` on (S5.4). A number that its plan has given
 * up keeps the digits that it was written with: the account that has it must still be found (R20).
 */
export function readNumber(input: unknown, options: ParseE164Options = {}): NumberFacts | undefined {
  if (typeof input !== 'string' || input.length > MAX_INPUT_LENGTH) return undefined;
  const compact = options.strict ? input : input.replace(SEPARATORS, '');
  const international = SHAPE.test(compact);
  const region = options.strict ? undefined : options.defaultRegion;
  if (!international && !(region && DIALLED.test(compact))) return undefined;
  const parsed = parsePhoneNumberFromString(compact, region);
  // a form that no plan can hold: strict is about the form alone, and messages go nowhere without a plan
  if (!parsed)
    return options.strict ? { number: compact as E164, region: undefined, type: undefined } : undefined;
  const type = parsed.getType();
  const number = international && type === undefined ? compact : parsed.number;
  return SHAPE.test(number) ? { number: number as E164, region: parsed.country, type } : undefined;
}

/**
 * Reads a phone number that starts with `+` and returns its canonical form, or `undefined` where it is none.
 *
 * Separators that people type (space, `-`, `.`, `(`, `)`) are dropped; letters, extensions, pause marks, digits of other
 * scripts and invisible characters are refused, because two spellings that a person cannot tell apart must not become
 * two accounts (row 8.19, R18, R19). The number must exist in its country's numbering plan. Which countries and which
 * kinds of numbers are welcome is another question, which the option `numbers` and {@link ParsePhoneNumberPipe} answer.
 *
 * @example
 * ```ts
 * parseE164('+1 (202) 555-0123');                        // '+12025550123'
 * parseE164('202 555 0123');                             // undefined: no country code
 * parseE164('0171 1234567', { defaultRegion: 'DE' });    // '+491711234567'
 * ```
 * @publicApi
 */
export function parseE164(input: unknown, options: ParseE164Options = {}): E164 | undefined {
  const facts = readNumber(input, options);
  return facts?.type === undefined ? undefined : facts.number;
}
