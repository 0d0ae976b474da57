import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings } from '../options/live-settings.js';
import { Database, type Queryable } from '../persistence/database.js';
import { UniqueViolation } from '../persistence/failures.js';
import { sql } from '../persistence/sql.js';
import { DAY } from '../runtime/durations.js';
import type { LedgerKey } from './code-statements.js';
import { type LedgerLimits, ledgerLimits } from './ledger-limits.js';
import type { PhoneState } from './ledger-locks.js';
import { stateColumns, toState } from './ledger-rows.js';
import { type StateNames, stateTable } from './ledger-sql.js';

/** The ledger's reading side, and what happens to it seldom. What is hot stands in the {@link CodeStatements}. */
@Injectable()
export class Ledger {
  readonly limits: LedgerLimits;
  private readonly s: StateNames;

  constructor(
    private readonly db: Database,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
    settings: LiveSettings,
  ) {
    this.limits = ledgerLimits(config, settings);
    this.s = stateTable(db);
  }

  async read({ phoneNumber, holder }: LedgerKey): Promise<PhoneState | undefined> {
    const { s } = this;
    const [row] = await this.db.rows(
      sql`SELECT ${stateColumns(s)} FROM ${s.table} WHERE ${this.row({ phoneNumber, holder })}`,
    );
    return toState(row);
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

  /** Removes the rows of a number in which nothing counts any more: no failures in a row, and nothing of the last day. */
  async forget(phoneNumber: string, now: number, within: Queryable = this.db): Promise<void> {
    const { s } = this;
    await within.affected(sql`
      DELETE FROM ${s.table} WHERE ${s.phoneNumber} = ${phoneNumber} AND ${s.failuresInARow} = 0
        AND ${s.sentAt} <= ${now - DAY} AND ${s.dayFailuresFrom} <= ${now - DAY}`);
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
