import { joined, sql, SqlName } from '../persistence/sql.js';
import type { Quota } from './quota-store.js';
import { endOf, finite, keysOf, type QuotaTable, type QuotaTaker } from './quota-table.js';

const KEPT = new SqlName('kept');

/**
 * Takes all or nothing in one statement, where the database knows `ON CONFLICT` and `RETURNING`: PostgreSQL and SQLite.
 *
 * PostgreSQL first locks the rows that there are, and looks at them as they are by then. It locks in the order of the
 * keys, and so it stops before a row that has yet to be inserted, lest two callers lock each other. Only then, when a
 * key is counted for the first time, can another caller be in the way, and some of the quotas be taken without the rest.
 */
export class ReturningQuotaTaker implements QuotaTaker {
  constructor(private readonly table: QuotaTable) {}

  async take(quotas: readonly Quota[], now: number): Promise<ReadonlyMap<string, number>> {
    const { q, db } = this.table;
    const asked = quotas.map(
      (quota) =>
        sql`(CAST(${quota.key} AS varchar), CAST(${finite(quota.limit)} AS double precision), CAST(${endOf(quota, now)} AS bigint))`,
    );
    const isOpen = sql`${KEPT}.${q.endsAt} > ${now}`;
    const rows = await db.rows(sql`
      WITH asked (quota, room, window_end) AS (VALUES ${joined(asked)}),
      seen (quota, hits) AS (${this.standing(quotas, now)}),
      held (quota, hits) AS (${this.locked(quotas, now)})
      INSERT INTO ${q.table} AS ${KEPT} (${q.key}, ${q.hits}, ${q.endsAt})
      SELECT asked.quota, 1, asked.window_end FROM asked
      WHERE NOT EXISTS (
        SELECT 1 FROM asked AS other
        LEFT JOIN seen ON seen.quota = other.quota LEFT JOIN held ON held.quota = other.quota
        WHERE COALESCE(held.hits, seen.hits, 0) >= other.room)
      ORDER BY asked.quota
      ON CONFLICT (${q.key}) DO UPDATE SET
        ${q.hits} = CASE WHEN ${isOpen} THEN ${KEPT}.${q.hits} + 1 ELSE 1 END,
        ${q.endsAt} = CASE WHEN ${isOpen} THEN ${KEPT}.${q.endsAt} ELSE excluded.${q.endsAt} END
      WHERE NOT ${isOpen}
        OR ${KEPT}.${q.hits} < (SELECT asked.room FROM asked WHERE asked.quota = ${KEPT}.${q.key})
      RETURNING ${q.key} AS quota, ${q.hits} AS hits`);
    return new Map(rows.map((row) => [row['quota'] as string, Number(row['hits'])]));
  }

  private standing(quotas: readonly Quota[], now: number) {
    const { q } = this.table;
    return sql`
      SELECT ${KEPT}.${q.key}, CASE WHEN ${KEPT}.${q.endsAt} > ${now} THEN ${KEPT}.${q.hits} ELSE 0 END
      FROM ${q.table} AS ${KEPT} WHERE ${KEPT}.${q.key} IN (${keysOf(quotas)})`;
  }

  private locked(quotas: readonly Quota[], now: number) {
    const { q, db } = this.table;
    // SQLite writes one statement at a time
    if (db.dialect !== 'postgres') return sql`SELECT quota, hits FROM seen`;
    return sql`${this.standing(quotas, now)}
      AND NOT EXISTS (
        SELECT 1 FROM asked
        WHERE asked.quota <= ${KEPT}.${q.key} AND asked.quota NOT IN (SELECT seen.quota FROM seen))
      ORDER BY ${KEPT}.${q.key} FOR UPDATE`;
  }
}
