import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Database } from '../persistence/database.js';
import { UniqueViolation } from '../persistence/failures.js';
import { sql } from '../persistence/sql.js';
import type { LedgerKey } from './code-statements.js';
import { type LedgerLimits, ledgerLimits } from './ledger-limits.js';
import { DAY, HOUR, STATE_COLUMNS, type StateNames, stateTable } from './ledger-sql.js';
import { roomFrom } from './send-room.js';

type Column = (typeof STATE_COLUMNS)[number];
type TextColumn = 'phoneNumber' | 'holder' | 'sentFrom' | 'sendKey';

/** A row of the ledger. */
export type PhoneState = { readonly [C in Column]: C extends TextColumn ? string : number };

/** Why a number can do nothing just now: for so many seconds, or until it is enabled again. */
export type Lock = { readonly retryAfter: number; readonly byHour?: true } | { readonly disabled: true };

const TEXTS: readonly Column[] = ['phoneNumber', 'holder', 'sentFrom', 'sendKey'];

/** The ledger's reading side, and what happens to it seldom. What is hot stands in the {@link CodeStatements}. */
@Injectable()
export class Ledger {
  readonly limits: LedgerLimits;
  private readonly s: StateNames;

  constructor(
    private readonly db: Database,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
  ) {
    this.limits = ledgerLimits(config);
    this.s = stateTable(db);
  }

  async read({ phoneNumber, holder }: LedgerKey): Promise<PhoneState | undefined> {
    const { s } = this;
    const columns = STATE_COLUMNS.map((column) => sql`${s[column]} AS ${s[column]}`).reduce(
      (all, one) => sql`${all}, ${one}`,
    );
    const [row] = await this.db.rows(
      sql`SELECT ${columns} FROM ${s.table} WHERE ${this.row({ phoneNumber, holder })}`,
    );
    if (!row) return undefined;
    const values = Object.values(row);
    return Object.fromEntries(
      STATE_COLUMNS.map((column, i) => [column, TEXTS.includes(column) ? values[i] : Number(values[i])]),
    ) as PhoneState;
  }

  /** Why no guess at the number is compared at `now`; `undefined`: one would be. A CAPTCHA lifts what is `byHour`. */
  guessLock(state: PhoneState, now: number): Lock | undefined {
    const { guesses } = this.limits;
    if (!guesses) return undefined;
    if (state.failuresInARow >= guesses.inARow) return { disabled: true };
    const { lockedUntil, dayFailures, dayFailuresFrom, hourFailures, hourFailuresFrom } = state;
    const ends = [lockedUntil];
    if (dayFailures >= guesses.perDay) ends.push(dayFailuresFrom + DAY);
    const withoutHour = secondsUntil(ends, now);
    if (withoutHour !== undefined) return { retryAfter: withoutHour };
    if (hourFailures < guesses.perHour) return undefined;
    const hour = secondsUntil([hourFailuresFrom + HOUR], now);
    return hour === undefined ? undefined : { retryAfter: hour, byHour: true };
  }

  /** Why no message goes out to the number at `now`. */
  sendLock(state: PhoneState, now: number): Lock | undefined {
    const lock = this.guessLock(state, now);
    if (lock && 'disabled' in lock) return lock;
    // the limit of the hour is no reason: a code that comes may be entered with a CAPTCHA
    const ends = [roomFrom(this.limits, state), lock && !lock.byHour ? now + lock.retryAfter * 1_000 : 0];
    const retryAfter = secondsUntil(ends, now);
    return retryAfter === undefined ? undefined : { retryAfter };
  }

  /** A message did not go out: its room is free again, and the next one need not wait. */
  async withdrawSend(key: LedgerKey): Promise<void> {
    const { s } = this;
    await this.db.affected(sql`
      UPDATE ${s.table} SET ${s.nextSendAt} = 0, ${s.sendKey} = ${''}, ${s.sendsInARow} = ${s.sendsInARow} - 1,
        ${s.hourSends} = ${s.hourSends} - 1, ${s.daySends} = ${s.daySends} - 1
      WHERE ${this.row(key)} AND ${s.sendsInARow} > 0 AND ${s.hourSends} > 0 AND ${s.daySends} > 0`);
  }

  /** The message of a certain moment is lost: the next one need not wait for it, and it stays counted. */
  async endDelay(key: LedgerKey, sentAt: number): Promise<boolean> {
    const { s } = this;
    const ended = await this.db.affected(sql`
      UPDATE ${s.table} SET ${s.nextSendAt} = 0 WHERE ${this.row(key)} AND ${s.sentAt} = ${sentAt} AND ${s.nextSendAt} > 0`);
    return ended === 1;
  }

  /** Ends the row of failures of a number for everybody: somebody has made sure whose it is. */
  async enable(phoneNumber: string): Promise<void> {
    const { s } = this;
    await this.db.affected(sql`
      UPDATE ${s.table} SET ${s.failuresInARow} = 0, ${s.hourFailures} = 0, ${s.dayFailures} = 0, ${s.lockedUntil} = 0
      WHERE ${s.phoneNumber} = ${phoneNumber}`);
  }

  /** Makes a row where there is none. False: there is one by now. */
  async open({ phoneNumber, holder }: LedgerKey): Promise<boolean> {
    const { s } = this;
    try {
      await this.db.affected(
        sql`INSERT INTO ${s.table} (${s.phoneNumber}, ${s.holder}) VALUES (${phoneNumber}, ${holder})`,
      );
      return true;
    } catch (error) {
      if (error instanceof UniqueViolation) return false;
      throw error;
    }
  }

  private row({ phoneNumber, holder }: LedgerKey) {
    return sql`${this.s.phoneNumber} = ${phoneNumber} AND ${this.s.holder} = ${holder}`;
  }
}

/** Whole seconds until the last of some moments; `undefined` where all of them have passed. */
function secondsUntil(moments: readonly number[], now: number): number | undefined {
  const last = Math.max(...moments);
  return last > now ? Math.ceil((last - now) / 1_000) : undefined;
}
