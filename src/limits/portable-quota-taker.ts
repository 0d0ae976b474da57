import { UniqueViolation } from '../persistence/failures.js';
import { sql } from '../persistence/sql.js';
import type { Quota } from './quota-store.js';
import { endOf, finite, type QuotaTable, type QuotaTaker } from './quota-table.js';

/**
 * Takes one quota after the other, for databases whose statements give no rows back: MySQL and MariaDB. Each is decided
 * by the rows that one statement changed, so none ever goes above its limit; no lock is held from one to the next.
 */
export class PortableQuotaTaker implements QuotaTaker {
  constructor(private readonly table: QuotaTable) {}

  async take(quotas: readonly Quota[], now: number): Promise<ReadonlyMap<string, number>> {
    const before = await this.table.standing(quotas, now);
    if (quotas.some(({ key, limit }) => (before.get(key)?.hits ?? 0) >= limit)) return new Map();
    const taken: Quota[] = [];
    for (const quota of quotas) {
      const isNew = !before.has(quota.key) && (await this.open(quota, now));
      if (!isNew && !(await this.hit(quota, now))) break;
      taken.push(quota);
    }
    const after = await this.table.standing(taken, now);
    return new Map(taken.map(({ key }) => [key, after.get(key)?.hits ?? 0]));
  }

  private async open(quota: Quota, now: number): Promise<boolean> {
    const { q, db } = this.table;
    try {
      await db.affected(sql`
        INSERT INTO ${q.table} (${q.key}, ${q.hits}, ${q.endsAt}) VALUES (${quota.key}, 1, ${endOf(quota, now)})`);
      return true;
    } catch (error) {
      if (error instanceof UniqueViolation) return false;
      throw error;
    }
  }

  /** MySQL assigns from left to right with the new values, so the end of the window, which both look at, comes last. */
  private async hit(quota: Quota, now: number): Promise<boolean> {
    const { q, db } = this.table;
    const changed = await db.affected(sql`
      UPDATE ${q.table} SET
        ${q.hits} = CASE WHEN ${q.endsAt} > ${now} THEN ${q.hits} + 1 ELSE 1 END,
        ${q.endsAt} = CASE WHEN ${q.endsAt} > ${now} THEN ${q.endsAt} ELSE ${endOf(quota, now)} END
      WHERE ${q.key} = ${quota.key} AND (${q.endsAt} <= ${now} OR ${q.hits} < ${finite(quota.limit)})`);
    return changed === 1;
  }
}
