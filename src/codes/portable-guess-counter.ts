import type { Queryable } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';
import type { ChargedCode, EndOfCode, GuessCounter } from './guess-counter.js';

/**
 * A look and a compare-and-set, for any database. What is told afterwards is what the look saw: the write names the id
 * and the count that were read, so one row changed means that they still stood. Nothing is ever read again after a
 * charge, because the code could have been replaced by then, and the guess would be compared with one that it was not
 * charged to.
 */
export class PortableGuessCounter implements GuessCounter {
  constructor(
    private readonly db: Queryable,
    private readonly c: CodeTable,
  ) {}

  async charge(key: CodeKey, allowedAttempts: number, now: number): Promise<ChargedCode | undefined> {
    const { c } = this;
    // a charge that fails although the look saw a live code lost against another one, of which there are so many at most
    for (let lost = 0; lost <= allowedAttempts; lost += 1) {
      const seen = await this.look(key);
      if (!seen || seen.attempts >= allowedAttempts || seen.expiresAt <= now) return undefined;
      const charged = await this.db.affected(sql`
        UPDATE ${c.table} SET ${c.attempts} = ${c.attempts} + 1
        WHERE ${isRowOf(c, key)} AND ${c.id} = ${seen.id} AND ${c.attempts} = ${seen.attempts}
          AND ${c.attempts} < ${allowedAttempts} AND ${c.expiresAt} > ${now}`);
      if (charged === 1) return { ...seen, attempts: seen.attempts + 1 };
    }
    return undefined;
  }

  async retire(key: CodeKey, allowedAttempts: number, now: number): Promise<EndOfCode | undefined> {
    const { c } = this;
    const seen = await this.look(key);
    if (!seen) return undefined;
    const expired = seen.expiresAt <= now;
    if (!expired && seen.attempts < allowedAttempts) return undefined;
    const retired = await this.db.affected(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${allowedAttempts + 1}
      WHERE ${isRowOf(c, key)} AND ${c.id} = ${seen.id} AND ${c.attempts} <= ${allowedAttempts}`);
    if (retired !== 1) return undefined;
    return expired ? 'expired' : 'exhausted';
  }

  private async look(key: CodeKey) {
    const { c } = this;
    const [row] = await this.db.rows(sql`
      SELECT ${c.id} AS id, ${c.mac} AS mac, ${c.attempts} AS attempts, ${c.requestedBy} AS requested_by, ${c.expiresAt} AS expires_at
      FROM ${c.table} WHERE ${isRowOf(c, key)}`);
    return (
      row && {
        id: row['id'] as string,
        mac: row['mac'] as string,
        attempts: Number(row['attempts']),
        requestedBy: row['requested_by'] as string | null,
        expiresAt: Number(row['expires_at']),
      }
    );
  }
}
