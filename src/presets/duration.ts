import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/**
 * A time as JWT libraries take it: a number of seconds, or a text such as `'15m'`, `'12h'`, `'7d'`.
 *
 * @throws PhoneAuthOptionError
 */
export function inSeconds(duration: number | string, option: string): number {
  const [, amount, unit] = /^(\d+) ?([smhdw])$/.exec(String(duration)) ?? [];
  if (typeof duration === 'number') return duration;
  if (amount !== undefined && unit !== undefined)
    return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  throw new PhoneAuthOptionError(
    option,
    `'${duration.slice(0, 20)}'`,
    "use a number of seconds, or a text such as '15m', '12h' or '7d'",
  );
}
