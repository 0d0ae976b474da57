import { Injectable } from '@nestjs/common';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { PhoneAuthEarlyReceipt } from './early-receipt.entity.js';
import { type Conclusion, LONGEST } from './message-store.js';

const COLUMNS = ['reference', 'provider', 'status', 'createdAt'] as const;

/**
 * Receipts that came before the row of their message. Whoever writes a receipt looks for the message after that, and whoever
 * writes a message looks for receipts after that, in whatever process: one of the two sees the other's row.
 */
@Injectable()
export class EarlyReceipts implements Perishable {
  private readonly e: Names<(typeof COLUMNS)[number]>;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {
    this.e = db.names(PhoneAuthEarlyReceipt, COLUMNS);
  }

  async keep({ provider, reference, status }: Conclusion): Promise<void> {
    // no message is stored under such a reference
    if (reference.length > LONGEST.reference) return;
    const { e } = this;
    const mysql = this.db.dialect === 'mysql';
    // delivered is the last word, whatever the order
    const latest = sql`CASE WHEN ${mysql ? sql`` : sql`held.`}${e.status} = ${'delivered'} THEN ${'delivered'} ELSE ${status} END`;
    await this.db.affected(sql`
      INSERT INTO ${e.table} ${mysql ? sql`` : sql`AS held`} (${e.reference}, ${e.provider}, ${e.status}, ${e.createdAt})
      VALUES (${reference}, ${provider.slice(0, LONGEST.provider)}, ${status}, ${this.clock.now()})
      ${mysql ? sql`ON DUPLICATE KEY UPDATE` : sql`ON CONFLICT (${e.reference}, ${e.provider}) DO UPDATE SET`}
        ${e.status} = ${latest}`);
  }

  /** What was said of a message before it was known. A sender without a name may be any provider. */
  async of({ provider, reference }: Pick<Conclusion, 'provider' | 'reference'>): Promise<Conclusion[]> {
    const { e } = this;
    const rows = await this.db.rows(sql`
      SELECT ${e.provider} AS provider, ${e.status} AS status FROM ${e.table}
      WHERE ${e.reference} = ${reference} ${provider === '' ? sql`` : sql`AND ${e.provider} = ${provider}`}`);
    return rows.map((row) => ({
      provider: row['provider'] as string,
      reference,
      status: row['status'] as Conclusion['status'],
    }));
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { e } = this;
    return removeSome(this.db, e.table, [e.provider, e.reference], sql`${e.createdAt} <= ${before}`, limit);
  }
}
