import type { Database, Names } from '../persistence/database.js';
import { joined, type Sql, sql } from '../persistence/sql.js';
import { PhoneAuthQuota } from './quota.entity.js';
import type { Quota, QuotaRefund } from './quota-store.js';

/** Hits that go back, to a window that ends at this moment or before, where one is named. */
export type WindowRefund = QuotaRefund & { readonly endsBy?: number };

/** An open window, or one that is over and counts nothing. */
export interface Standing {
  readonly hits: number;
  readonly endsAt: number;
}

/** Names and statements of the table of quotas that are the same on every database. */
export class QuotaTable {
  readonly q: Names<'key' | 'hits' | 'endsAt'>;

  constructor(readonly db: Database) {
    this.q = db.names(PhoneAuthQuota, ['key', 'hits', 'endsAt']);
  }

  /** Every window that has a row, over or not, by its key. */
  async standing(quotas: readonly Quota[], now: number): Promise<Map<string, Standing>> {
    if (quotas.length === 0) return new Map();
    const { q } = this;
    const rows = await this.db.rows(sql`
      SELECT ${q.key} AS quota, ${q.hits} AS hits, ${q.endsAt} AS ends_at FROM ${q.table}
      WHERE ${q.key} IN (${keysOf(quotas)})`);
    return new Map(
      rows.map((row) => {
        const endsAt = Number(row['ends_at']);
        return [row['quota'] as string, { endsAt, hits: endsAt > now ? Number(row['hits']) : 0 }];
      }),
    );
  }

  async giveBack(refunds: readonly WindowRefund[], now: number): Promise<void> {
    if (refunds.length === 0) return;
    const { q } = this;
    const hits = refunds.map(({ key, hits }) => sql`WHEN ${key} THEN ${q.hits} - ${hits}`);
    const windows = refunds.map(({ key, endsBy }) =>
      endsBy === undefined
        ? sql`${q.key} = ${key}`
        : sql`(${q.key} = ${key} AND ${q.endsAt} <= ${Math.ceil(endsBy)})`,
    );
    // elsewhere an update takes its rows in the order of the key anyway; in another order two of them could lock each other
    const inOrder =
      this.db.dialect === 'postgres' ? sql`AND ${q.key} IN (${this.locked(keysOf(refunds))})` : sql``;
    await this.db.affected(sql`
      UPDATE ${q.table} SET ${q.hits} = CASE ${q.key} ${joined(hits, sql` `)} ELSE ${q.hits} END
      WHERE ${q.endsAt} > ${now} AND (${joined(windows, sql` OR `)}) ${inOrder}`);
  }

  /** Removes up to so many windows that were over at a moment, and says how many there were. */
  async remove(count: number, overAt: number): Promise<number> {
    const { q } = this;
    const over = sql`SELECT ${q.key} AS quota FROM ${q.table} WHERE ${q.endsAt} <= ${overAt} LIMIT ${count}`;
    if (this.db.dialect === 'postgres') {
      // whoever is taking from one of them just now has it locked, and is not waited for
      return this.db.affected(sql`
        WITH ended AS (${over} FOR UPDATE SKIP LOCKED)
        DELETE FROM ${q.table} WHERE ${q.key} IN (SELECT quota FROM ended)`);
    }
    const keys = (await this.db.rows(over)).map((row) => sql`${row['quota']}`);
    if (keys.length === 0) return 0;
    return this.db.affected(
      sql`DELETE FROM ${q.table} WHERE ${q.key} IN (${joined(keys)}) AND ${q.endsAt} <= ${overAt}`,
    );
  }

  private locked(keys: Sql): Sql {
    const { q } = this;
    return sql`SELECT ${q.key} FROM ${q.table} WHERE ${q.key} IN (${keys}) ORDER BY ${q.key} FOR UPDATE`;
  }
}

export const keysOf = (quotas: readonly { readonly key: string }[]): Sql =>
  joined(quotas.map(({ key }) => sql`${key}`));

/** No database but PostgreSQL has a number for it. */
export const finite = (limit: number): number =>
  Math.max(-Number.MAX_VALUE, Math.min(limit, Number.MAX_VALUE));

/** When a window ends that opens at a moment. */
export const endOf = ({ window }: Quota, now: number): number => now + Math.ceil(window);

/** Takes one of every quota, or of some of them where another caller was in the way, or of none. */
export interface QuotaTaker {
  /** @returns the hits afterwards of what was taken, by key */
  take(quotas: readonly Quota[], now: number): Promise<ReadonlyMap<string, number>>;
}
