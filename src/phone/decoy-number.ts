import { createHmac } from 'node:crypto';
import type { E164 } from './e164.js';

/**
 * Stands in for the number of an account that there is not, so that what is asked and guessed about it leaves the same rows
 * and meets the same limits (I5). No calling code begins with 0: it is nobody's number, and nothing is ever sent to it.
 */
export function decoyNumber(key: Buffer, name: string): E164 {
  const digest = createHmac('sha256', key).update(name).digest();
  const digits = (digest.readBigUInt64BE() % 10n ** 14n).toString().padStart(14, '0');
  return `+0${digits.slice(1)}` as E164;
}

export const isDecoyNumber = (number: E164): boolean => number.startsWith('+0');
