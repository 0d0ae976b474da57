import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

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

/**
 * Options of {@link parseE164}.
 *
 * @publicApi
 */
export interface ParseE164Options {
  /**
   * Refuse spaces, dashes, dots and brackets instead of dropping them.
   * @default false
   */
  strict?: boolean;
}

/**
 * Reads a phone number that starts with `+` and returns its canonical form, or `undefined` where it is none.
 *
 * Separators that people type (space, `-`, `.`, `(`, `)`) are dropped; letters, extensions, pause marks, digits of other
 * scripts and invisible characters are refused, because two spellings that a person cannot tell apart must not become
 * two accounts (row 8.19, R18, R19). The number must exist in its country's numbering plan.
 *
 * @example
 * ```ts
 * parseE164('+1 (202) 555-0123'); // '+12025550123'
 * parseE164('202 555 0123');      // undefined: no country code
 * ```
 * @publicApi
 */
export function parseE164(input: unknown, options: ParseE164Options = {}): E164 | undefined {
  if (typeof input !== 'string' || input.length > MAX_INPUT_LENGTH) return undefined;
  const compact = options.strict ? input : input.replace(SEPARATORS, '');
  if (!SHAPE.test(compact)) return undefined;
  const parsed = parsePhoneNumberFromString(compact);
  return parsed?.isValid() ? (parsed.number as E164) : undefined;
}
