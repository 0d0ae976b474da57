import { PHONE_AUTH_ERRORS } from '../errors/error-codes.js';
import { parseE164, type E164 } from './e164.js';

/**
 * The E.164 rule as a Standard Schema (https://standardschema.dev), for Nest 12's `{ schema }` and for every library
 * that takes one. It accepts what {@link parseE164} accepts and gives its canonical form: a number that begins with `+` and
 * exists in its plan, of any country and kind. The policy of the option `numbers` is not asked.
 *
 * @example
 * ```ts
 * @Get(':phone')
 * find(@Param('phone', { schema: e164Schema }) phone: E164) {}
 * ```
 * @publicApi
 */
export const e164Schema = {
  '~standard': {
    version: 1,
    vendor: 'nestjs-phone-auth',
    validate: (value: unknown): { value: E164 } | { issues: { message: string }[] } => {
      const number = parseE164(value);
      return number ? { value: number } : { issues: [{ message: PHONE_AUTH_ERRORS.INVALID_PHONE_NUMBER }] };
    },
  },
} as const;
