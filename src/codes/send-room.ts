import type { LedgerLimits } from './ledger-limits.js';
import { DAY, HOUR, REST } from './ledger-sql.js';

/** What the ledger has counted of a number's messages. */
export interface SendCounts {
  readonly nextSendAt: number;
  readonly sendsInARow: number;
  readonly sentAt: number;
  readonly hourSends: number;
  readonly hourSendsFrom: number;
  readonly daySends: number;
  readonly daySendsFrom: number;
}

export const SEND_COLUMNS = [
  'nextSendAt',
  'sendsInARow',
  'sentAt',
  'hourSends',
  'hourSendsFrom',
  'daySends',
  'daySendsFrom',
] as const satisfies readonly (keyof SendCounts)[];

/** When there is room for another message: after the delay, and where that was the last of a row, an hour or a day, after that. */
export function roomFrom({ sends }: LedgerLimits, counts: SendCounts): number {
  const moments = [counts.nextSendAt];
  if (sends && counts.sendsInARow >= sends.inARow) moments.push(counts.sentAt + REST);
  if (sends && counts.hourSends >= sends.perHour) moments.push(counts.hourSendsFrom + HOUR);
  if (sends && counts.daySends >= sends.perDay) moments.push(counts.daySendsFrom + DAY);
  return Math.max(...moments);
}

/** The counts after one message more, as the statement of the ledger changes them. */
export function countsAfter(
  before: SendCounts | undefined,
  { resendDelays }: LedgerLimits,
  now: number,
): SendCounts {
  const delays = resendDelays ?? [0];
  const inARow = before && before.sentAt > now - REST ? before.sendsInARow : 0;
  const inHour = before !== undefined && before.hourSendsFrom > now - HOUR;
  const inDay = before !== undefined && before.daySendsFrom > now - DAY;
  return {
    nextSendAt: now + (delays[Math.min(inARow, delays.length - 1)] ?? 0) * 1_000,
    sendsInARow: inARow + 1,
    sentAt: now,
    hourSends: inHour ? before.hourSends + 1 : 1,
    hourSendsFrom: inHour ? before.hourSendsFrom : now,
    daySends: inDay ? before.daySends + 1 : 1,
    daySendsFrom: inDay ? before.daySendsFrom : now,
  };
}
