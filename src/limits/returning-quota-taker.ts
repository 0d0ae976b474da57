import { joined, sql } from '../persistence/sql.js';
import type { Quota } from './quota-store.js';
import { endOf, finite, keysOf, type QuotaTable, type QuotaTaker } from './quota-table.js';

/**
 * Takes all or nothing in one statement, where the database knows `ON CONFLICT` and `RETURNING`: PostgreSQL and SQLite.
 *
 * PostgreSQL locks the rows that there are before it looks at them, in the order of their keys. Only windows that two
 * callers open at the same moment, with no row to be locked yet, can be taken in part.
 */
export class ReturningQuotaTaker implements QuotaTaker {
  constructor(private readonly table: QuotaTable) {}

  async take(quotas: readonly Quota[], now: number): Promise<ReadonlyMap<string, number>> {
    const { q, db } = this.table;
    const lock = db.dataSource.options.type === 'postgres' ? sql`FOR UPDATE` : sql``;
    const asked = quotas.map(
      (quota) =>
        sql`(CAST(${quota.key} AS varchar), CAST(${finite(quota.limit)} AS double precision), CAST(${endOf(quota, now)} AS bigint))`,
    );
    const rows = await db.rows(sql`
      WITH asked (quota, room, window_end) AS (VALUES ${joined(asked)}),
      held (quota, hits) AS (
        SELECT ${q.key}, CASE WHEN ${q.endsAt} > ${now} THEN ${q.hits} ELSE 0 END FROM ${q.table}
        WHERE ${q.key} IN (${keysOf(quotas)}) ORDER BY ${q.key} ${lock})
      INSERT INTO ${q.table} AS kept (${q.key}, ${q.hits}, ${q.endsAt})
      SELECT asked.quota, 1, asked.window_end FROM asked
      WHERE NOT EXISTS (
        SELECT 1 FROM asked AS other LEFT JOIN held ON held.quota = other.quota
        WHERE COALESCE(held.hits, 0) >= other.room)
      ORDER BY asked.quota
      ON CONFLICT (${q.key}) DO UPDATE SET
        ${q.hits} = CASE WHEN kept.${q.endsAt} > ${now} THEN kept.${q.hits} + 1 ELSE 1 END,
        ${q.endsAt} = CASE WHEN kept.${q.endsAt} > ${now} THEN kept.${q.endsAt} ELSE excluded.${q.endsAt} END
      WHERE kept.${q.endsAt} <= ${now}
        OR kept.${q.hits} < (SELECT asked.room FROM asked WHERE asked.quota = kept.${q.key})
      RETURNING ${q.key} AS quota, ${q.hits} AS hits`);
    return new Map(rows.map((row) => [row['quota'] as string, Number(row['hits'])]));
  }
}
