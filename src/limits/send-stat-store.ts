import { Injectable } from '@nestjs/common';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names } from '../persistence/database.js';
import { sql, type SqlName } from '../persistence/sql.js';
import { PhoneAuthSendStat } from './send-stat.entity.js';

/** What became of the messages of one hour to one country through one provider. */
export interface SendStat {
  readonly hour: number;
  readonly country: string;
  /** Empty where it has no name. */
  readonly provider: string;
  readonly sent: number;
  readonly verified: number;
  readonly failed: number;
}

const COLUMNS = ['hour', 'country', 'provider', 'sent', 'verified', 'failed'] as const;

/** The table of what became of messages. */
@Injectable()
export class SendStatStore implements Perishable {
  private readonly s: Names<(typeof COLUMNS)[number]>;

  constructor(private readonly db: Database) {
    this.s = db.names(PhoneAuthSendStat, COLUMNS);
  }

  async add({ hour, country, provider, ...counts }: SendStat): Promise<void> {
    const { s } = this;
    const mysql = this.db.dialect === 'mysql';
    const plus = (column: SqlName, count: number) =>
      sql`${column} = ${mysql ? sql`` : sql`held.`}${column} + ${count}`;
    await this.db.affected(sql`
      INSERT INTO ${s.table} ${mysql ? sql`` : sql`AS held`}
        (${s.hour}, ${s.country}, ${s.provider}, ${s.sent}, ${s.verified}, ${s.failed})
      VALUES (${hour}, ${country}, ${provider}, ${counts.sent}, ${counts.verified}, ${counts.failed})
      ${mysql ? sql`ON DUPLICATE KEY UPDATE` : sql`ON CONFLICT (${s.hour}, ${s.country}, ${s.provider}) DO UPDATE SET`}
        ${plus(s.sent, counts.sent)}, ${plus(s.verified, counts.verified)}, ${plus(s.failed, counts.failed)}`);
  }

  async since(from: number): Promise<SendStat[]> {
    const { s } = this;
    const rows = await this.db.rows(sql`
      SELECT ${s.hour} AS period, ${s.country} AS country, ${s.provider} AS provider, ${s.sent} AS sent, ${s.verified} AS verified, ${s.failed} AS failed
      FROM ${s.table} WHERE ${s.hour} >= ${from}`);
    return rows.map((row) => ({
      hour: Number(row['period']),
      country: row['country'] as string,
      provider: row['provider'] as string,
      sent: Number(row['sent']),
      verified: Number(row['verified']),
      failed: Number(row['failed']),
    }));
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { s } = this;
    return removeSome(this.db, s.table, [s.country, s.provider, s.hour], sql`${s.hour} <= ${before}`, limit);
  }
}
