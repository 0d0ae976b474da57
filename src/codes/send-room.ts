import type { LedgerLimits } from './ledger-limits.js';
import { REST } from './ledger-sql.js';
import { DAY, HOUR } from '../runtime/durations.js';

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

/** What stands in the way of a number, as events call it, and until when. */
export interface Wait {
  readonly limit: string;
  readonly until: number;
}

/** After the delay, and where that was the last message of a row, an hour or a day, after that. */
export function sendWaits({ sends }: LedgerLimits, counts: SendCounts): [Wait, ...Wait[]] {
  const waits: [Wait, ...Wait[]] = [{ limit: 'number-delay', until: counts.nextSendAt }];
  if (!sends) return waits;
  const { sendsInARow, hourSends, daySends } = counts;
  if (sendsInARow >= sends.inARow) waits.push({ limit: 'number-row', until: counts.sentAt + REST });
  if (hourSends >= sends.perHour) waits.push({ limit: 'number-hour', until: counts.hourSendsFrom + HOUR });
  if (daySends >= sends.perDay) waits.push({ limit: 'number-day', until: counts.daySendsFrom + DAY });
  return waits;
}

/** When there is room for another message. */
export function roomFrom(limits: LedgerLimits, counts: SendCounts): number {
  return Math.max(...sendWaits(limits, counts).map(({ until }) => until));
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
