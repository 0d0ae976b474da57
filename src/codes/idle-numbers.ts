import { Injectable } from '@nestjs/common';
import { type CleanupStep, type Perishable, removeByKey } from '../persistence/cleanup.js';
import { Database, type Row } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { HOUR } from '../runtime/durations.js';
import { type StateNames, stateTable } from './ledger-sql.js';

const START: Row = { key_0: '', key_1: '' };

/**
 * Rows of the ledger in which nothing has been counted for long. A row of failures stays, however old: forgetting it would
 * give whoever guesses a number's codes fifty more tries (R11).
 *
 * The rows are walked by their primary key, step after step. An index on the moments in them would be quicker to ask, and
 * would have to be written with every message and every guess.
 */
@Injectable()
export class IdleNumbers implements Perishable {
  private readonly s: StateNames;
  private last = START;

  constructor(private readonly db: Database) {
    this.s = stateTable(db);
  }

  async removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { s } = this;
    const { key_0: holder, key_1: phoneNumber } = this.last;
    // the last failure was counted less than an hour after the hour began that it fell into
    const idle = sql`${s.failuresInARow} = 0 AND ${s.sentAt} <= ${before} AND ${s.hourFailuresFrom} <= ${before - HOUR}`;
    const rows = await this.db.rows(sql`
      SELECT ${s.holder} AS key_0, ${s.phoneNumber} AS key_1, CASE WHEN ${idle} THEN 1 ELSE 0 END AS idle
      FROM ${s.table}
      WHERE ${s.phoneNumber} >= ${phoneNumber} AND (${s.phoneNumber} > ${phoneNumber} OR ${s.holder} > ${holder})
      ORDER BY ${s.phoneNumber}, ${s.holder} LIMIT ${limit}`);
    const more = rows.length === limit;
    this.last = (more && rows.at(-1)) || START;
    const over = rows.filter((row) => Number(row['idle']) === 1);
    return { more, removed: await removeByKey(this.db, s.table, [s.holder, s.phoneNumber], over, idle) };
  }
}
