import { Injectable } from '@nestjs/common';
import { Database, type Names } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { PhoneAuthSendStat } from './send-stat.entity.js';

/** What became of the messages of one hour to one country. */
export interface SendStat {
  readonly hour: number;
  readonly country: string;
  readonly sent: number;
  readonly verified: number;
  readonly failed: number;
}

const COLUMNS = ['hour', 'country', 'sent', 'verified', 'failed'] as const;

/** The table of what became of messages. */
@Injectable()
export class SendStatStore {
  private readonly s: Names<(typeof COLUMNS)[number]>;

  constructor(private readonly db: Database) {
    this.s = db.names(PhoneAuthSendStat, COLUMNS);
  }

  async add({ hour, country, sent, verified, failed }: SendStat): Promise<void> {
    const { s } = this;
    await this.db.affected(sql`
      INSERT INTO ${s.table} AS held (${s.hour}, ${s.country}, ${s.sent}, ${s.verified}, ${s.failed})
      VALUES (${hour}, ${country}, ${sent}, ${verified}, ${failed})
      ON CONFLICT (${s.hour}, ${s.country}) DO UPDATE SET
        ${s.sent} = held.${s.sent} + excluded.${s.sent},
        ${s.verified} = held.${s.verified} + excluded.${s.verified},
        ${s.failed} = held.${s.failed} + excluded.${s.failed}`);
  }

  async since(from: number): Promise<SendStat[]> {
    const { s } = this;
    const rows = await this.db.rows(sql`
      SELECT ${s.hour} AS period, ${s.country} AS country, ${s.sent} AS sent, ${s.verified} AS verified, ${s.failed} AS failed
      FROM ${s.table} WHERE ${s.hour} >= ${from}`);
    return rows.map((row) => ({
      hour: Number(row['period']),
      country: row['country'] as string,
      sent: Number(row['sent']),
      verified: Number(row['verified']),
      failed: Number(row['failed']),
    }));
  }
}
