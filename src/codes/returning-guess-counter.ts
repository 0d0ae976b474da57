import type { Queryable } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';
import type { ChargedCode, EndOfCode, GuessCounter } from './guess-counter.js';

/** One statement each, for databases whose UPDATE gives back the rows that it changed. */
export class ReturningGuessCounter implements GuessCounter {
  constructor(
    private readonly db: Queryable,
    private readonly c: CodeTable,
  ) {}

  async charge(key: CodeKey, allowedAttempts: number, now: number): Promise<ChargedCode | undefined> {
    const { c } = this;
    const [row] = await this.db.rows(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${c.attempts} + 1
      WHERE ${isRowOf(c, key)} AND ${c.attempts} < ${allowedAttempts} AND ${c.expiresAt} > ${now}
      RETURNING ${c.id} AS id, ${c.mac} AS mac, ${c.attempts} AS attempts, ${c.requestedBy} AS requested_by`);
    return (
      row && {
        id: row['id'] as string,
        mac: row['mac'] as string,
        attempts: Number(row['attempts']),
        requestedBy: row['requested_by'] as string | null,
      }
    );
  }

  async retire(key: CodeKey, allowedAttempts: number, now: number): Promise<EndOfCode | undefined> {
    const { c } = this;
    const [row] = await this.db.rows(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${allowedAttempts + 1}
      WHERE ${isRowOf(c, key)} AND ${c.attempts} <= ${allowedAttempts}
        AND (${c.attempts} = ${allowedAttempts} OR ${c.expiresAt} <= ${now})
      RETURNING ${c.expiresAt} AS expires_at`);
    if (!row) return undefined;
    return Number(row['expires_at']) <= now ? 'expired' : 'exhausted';
  }
}
