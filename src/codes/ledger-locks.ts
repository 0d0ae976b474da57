import type { LedgerLimits } from './ledger-limits.js';
import type { STATE_COLUMNS } from './ledger-sql.js';
import { sendWaits, type Wait } from './send-room.js';
import { DAY, HOUR } from '../runtime/durations.js';

type Column = (typeof STATE_COLUMNS)[number];
type TextColumn = 'phoneNumber' | 'holder' | 'sentFrom' | 'sendKey' | 'messageId';

/** A row of the ledger. */
export type PhoneState = { readonly [C in Column]: C extends TextColumn ? string : number };

/** Why a number can do nothing just now: for so many seconds, or until it is enabled again. */
export type Lock = { readonly retryAfter: number; readonly limit: string } | { readonly disabled: true };

/**
 * Why no guess at the number is compared at `now`; `undefined`: one would be.
 *
 * @param human whether a CAPTCHA was or can be solved, which lifts the limit of the hour (R10)
 */
export function guessLock(
  { guesses }: LedgerLimits,
  state: PhoneState,
  now: number,
  human: boolean,
): Lock | undefined {
  if (!guesses) return undefined;
  if (state.failuresInARow >= guesses.inARow) return { disabled: true };
  const { lockedUntil, dayFailures, dayFailuresFrom, hourFailures, hourFailuresFrom } = state;
  const ends = [lockedUntil];
  if (dayFailures >= guesses.perDay) ends.push(dayFailuresFrom + DAY);
  if (hourFailures >= guesses.perHour && !human) ends.push(hourFailuresFrom + HOUR);
  return lastOf([{ limit: 'number-guesses', until: Math.max(...ends) }], now);
}

/** Why no message goes out to the number at `now`. */
export function sendLock(limits: LedgerLimits, state: PhoneState, now: number): Lock | undefined {
  // the limit of the hour is no reason: a code that comes may be entered with a CAPTCHA
  const lock = guessLock(limits, state, now, true);
  if (lock && 'disabled' in lock) return lock;
  const waits = sendWaits(limits, state);
  if (lock) waits.push({ limit: lock.limit, until: now + lock.retryAfter * 1_000 });
  return lastOf(waits, now);
}

/** Whole seconds until the last of some waits is over; `undefined` where all of them are. */
function lastOf(waits: readonly Wait[], now: number): Exclude<Lock, { disabled: true }> | undefined {
  const { limit, until } = waits.reduce((last, wait) => (wait.until > last.until ? wait : last));
  return until > now ? { retryAfter: Math.ceil((until - now) / 1_000), limit } : undefined;
}
