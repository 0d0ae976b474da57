import type { PhoneAuthConfig } from '../options/config.js';
import type { NumberFacts } from './e164.js';

export type NumberPolicy = Pick<PhoneAuthConfig['numbers'], 'countries' | 'types' | 'retired'>;

/**
 * What the host's policy makes of a number, whoever has it (R20–R22):
 *
 * - `open`: messages go there, and a new account may have it.
 * - `retired`: its plan has given it up. Only the account that already has it gets a message.
 * - `refused`: another country, another kind of number, or none that exists.
 */
export type Standing = 'open' | 'retired' | 'refused';

export function standingOf({ number, region, type }: NumberFacts, policy: NumberPolicy): Standing {
  const { countries, types, retired } = policy;
  if (region === undefined || (countries !== '*' && !countries.includes(region))) return 'refused';
  if (type !== undefined) return types.some((allowed) => allowed === type) ? 'open' : 'refused';
  return retired.some((shape) => hasShape(number, shape)) ? 'retired' : 'refused';
}

/** Whether a number has the digits of a shape such as `+229########`. */
function hasShape(number: string, shape: string): boolean {
  return number.length === shape.length && number.startsWith(shape.replaceAll('#', ''));
}
