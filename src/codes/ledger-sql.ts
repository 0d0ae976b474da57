import type { GuessLimits } from '../options/config.js';
import type { Database, Names } from '../persistence/database.js';
import { type Sql, sql, SqlName } from '../persistence/sql.js';
import { DAY, HOUR, SECOND } from '../runtime/durations.js';
import type { LedgerKey, SlotRequest } from './code-statements.js';
import type { CodeTable } from './code-table.js';
import type { LedgerLimits } from './ledger-limits.js';
import { PhoneAuthPhoneState } from './phone-state.entity.js';

/** For how long the same `Idempotency-Key` means the same message (R35). */
export const SAME_REQUEST = 60 * SECOND;

/** Messages with an hour between them are not in a row. */
export const REST = HOUR;

export const STATE_COLUMNS = [
  'phoneNumber',
  'holder',
  'hourFailures',
  'hourFailuresFrom',
  'dayFailures',
  'dayFailuresFrom',
  'failuresInARow',
  'lockedUntil',
  'hourSends',
  'hourSendsFrom',
  'daySends',
  'daySendsFrom',
  'sendsInARow',
  'sentAt',
  'nextSendAt',
  'sentFrom',
  'sendKey',
  'messageId',
] as const;

export type StateNames = Names<(typeof STATE_COLUMNS)[number]>;

export const stateTable = (db: Database): StateNames => db.names(PhoneAuthPhoneState, STATE_COLUMNS);

/** So many seconds from now; no wait at all is no moment, or a process whose clock is behind would wait for it. */
export const momentIn = (seconds: number, now: number): number =>
  seconds === 0 ? 0 : now + seconds * SECOND;

/** The same columns of a row that has another name: `held.x`. */
export const columnsOf = <Table extends StateNames | CodeTable>(names: Table, row: string): Table =>
  Object.fromEntries(
    Object.entries(names).map(([property, name]) => [property, new SqlName(`${row}.${name.text}`)]),
  ) as Table;

/** A change to a row of the ledger, and what must hold for it. The database decides both in one statement. */
export interface GuardedChange {
  readonly set: Sql;
  readonly where: Sql;
}

const TRUE = sql`1 = 1`;
const and = (conditions: readonly Sql[]): Sql =>
  conditions.reduce((all, one) => sql`${all} AND ${one}`, TRUE);

/**
 * `values[count]` as the database looks it up; the last value stands for every higher count.
 *
 * @param like a column of the values' type: PostgreSQL takes a CASE over nothing but bound values for text
 */
function nth(count: SqlName, values: readonly number[], like: SqlName): Sql {
  const cases = values
    .slice(0, -1)
    .reduce((all, value, index) => sql`${all} WHEN ${count} = ${index} THEN ${value}`, sql``);
  return sql`CASE ${cases} WHEN ${count} < 0 THEN ${like} ELSE ${values.at(-1) ?? 0} END`;
}

/**
 * The statements of the ledger, in words that PostgreSQL, SQLite, MySQL and MariaDB share. MySQL and MariaDB assign from
 * left to right and read what they have just written: each list changes a count before the moment that it depends on.
 *
 * @param of the columns, as they are called where the change stands (`held.x` in an upsert, `x` in an update)
 */
export class LedgerSql {
  constructor(
    private readonly s: StateNames,
    private readonly of: StateNames,
  ) {}

  /** No wait is running, and the number is neither used up for the day nor disabled (R10, R11, R16). */
  open(guesses: GuessLimits, now: number): Sql {
    const { of } = this;
    return sql`${of.lockedUntil} <= ${now} AND ${of.failuresInARow} < ${guesses.inARow}
      AND (${of.dayFailuresFrom} <= ${now - DAY} OR ${of.dayFailures} < ${guesses.perDay})`;
  }

  /** One wrong code more. @param human whether a CAPTCHA was solved, which lifts the limit of the hour (R10) */
  failure(guesses: GuessLimits, now: number, human: boolean): GuardedChange {
    const { s, of } = this;
    const waits = guesses.waits.map((seconds) => momentIn(seconds, now));
    return {
      set: sql`
        ${s.lockedUntil} = ${nth(of.failuresInARow, waits, of.lockedUntil)},
        ${this.count('hourFailures', 'hourFailuresFrom', now, HOUR)},
        ${this.count('dayFailures', 'dayFailuresFrom', now, DAY)},
        ${s.failuresInARow} = ${of.failuresInARow} + 1`,
      where: and([
        this.open(guesses, now),
        ...(human
          ? []
          : [sql`(${of.hourFailuresFrom} <= ${now - HOUR} OR ${of.hourFailures} < ${guesses.perHour})`]),
      ]),
    };
  }

  /** One message more (R23, R24, R25). */
  send(
    { sends, resendDelays, guesses }: LedgerLimits,
    { now, sentFrom, sendKey, messageId }: SlotRequest,
  ): GuardedChange {
    const { s, of } = this;
    const delays = (resendDelays ?? [0]).map((seconds) => momentIn(seconds, now));
    const rested = sql`${of.sentAt} <= ${now - REST}`;
    return {
      set: sql`
        ${s.nextSendAt} = CASE WHEN ${rested} THEN ${delays[0] ?? 0} ELSE ${nth(of.sendsInARow, delays, of.nextSendAt)} END,
        ${this.count('hourSends', 'hourSendsFrom', now, HOUR)},
        ${this.count('daySends', 'daySendsFrom', now, DAY)},
        ${s.sendsInARow} = CASE WHEN ${rested} THEN 1 ELSE ${of.sendsInARow} + 1 END,
        ${s.sentAt} = ${now},
        ${s.sentFrom} = ${sentFrom},
        ${s.sendKey} = ${sendKey},
        ${s.messageId} = ${messageId}`,
      where: and([
        sql`${of.nextSendAt} <= ${now}`,
        // the same request again is no second message, also where no delay stands before one (R35)
        ...(sendKey ? [sql`(${of.sendKey} <> ${sendKey} OR ${of.sentAt} <= ${now - SAME_REQUEST})`] : []),
        ...(guesses ? [this.open(guesses, now)] : []),
        ...(sends
          ? [
              sql`(${rested} OR ${of.sendsInARow} < ${sends.inARow})`,
              sql`(${of.hourSendsFrom} <= ${now - HOUR} OR ${of.hourSends} < ${sends.perHour})`,
              sql`(${of.daySendsFrom} <= ${now - DAY} OR ${of.daySends} < ${sends.perDay})`,
            ]
          : []),
      ]),
    };
  }

  /**
   * A right code: no failures any more, and no waiting. Messages of the hour and the day stay counted, they were paid for.
   * A known device also ends the strangers' row of failures, by which the number may be disabled (R10, R11).
   */
  success({ phoneNumber, holder }: LedgerKey): GuardedChange {
    const { s } = this;
    const own = (column: SqlName) => sql`CASE WHEN ${s.holder} = ${holder} THEN 0 ELSE ${column} END`;
    return {
      set: sql`
        ${s.failuresInARow} = 0,
        ${s.hourFailures} = ${own(s.hourFailures)},
        ${s.dayFailures} = ${own(s.dayFailures)},
        ${s.lockedUntil} = ${own(s.lockedUntil)},
        ${s.sendsInARow} = ${own(s.sendsInARow)},
        ${s.nextSendAt} = ${own(s.nextSendAt)}`,
      where: sql`${s.phoneNumber} = ${phoneNumber} AND ${s.holder} IN (${''}, ${holder})`,
    };
  }

  /** `count = …, from = …`: a window opens with its first hit. */
  private count(count: StateColumn, from: StateColumn, now: number, window: number): Sql {
    const { s, of } = this;
    const over = sql`${of[from]} <= ${now - window}`;
    return sql`
      ${s[count]} = CASE WHEN ${over} THEN 1 ELSE ${of[count]} + 1 END,
      ${s[from]} = CASE WHEN ${over} THEN ${now} ELSE ${of[from]} END`;
  }
}

type StateColumn = (typeof STATE_COLUMNS)[number];
