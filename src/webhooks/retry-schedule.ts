import { randomInt } from 'node:crypto';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after the first attempt, the second, and so on. After the last there is none. */
const WAITS = [
  10 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
];

/** An event that old helps nobody. */
const LONGEST = 24 * HOUR;

/** By how many percent a wait is shorter or longer, so that what failed together does not come back together. */
const JITTER = 20;

/** When an event is tried again after so many attempts, `undefined` for never. */
export function nextAttempt(attempts: number, createdAt: number, now: number): number | undefined {
  const wait = WAITS[attempts - 1];
  if (wait === undefined || now - createdAt >= LONGEST) return undefined;
  return now + Math.round((wait * randomInt(100 - JITTER, 100 + JITTER + 1)) / 100);
}
