import { Injectable } from '@nestjs/common';
import type { WebhookEventType } from '../options/webhook-options.js';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names, type Queryable, type Row } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { PhoneAuthWebhookDelivery } from './webhook-delivery.entity.js';

const COLUMNS = ['id', 'eventType', 'userId', 'payload', 'attempts', 'dueAt', 'createdAt'] as const;

/** A row of the table. */
export interface StoredDelivery {
  readonly id: string;
  readonly type: WebhookEventType;
  readonly userId: string;
  /** Sealed. */
  readonly payload: string;
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
}

/** The table of events that are still to be delivered. */
@Injectable()
export class WebhookDeliveryStore implements Perishable {
  private readonly d: Names<(typeof COLUMNS)[number]>;

  constructor(private readonly db: Database) {
    this.d = db.names(PhoneAuthWebhookDelivery, COLUMNS);
  }

  async add(row: StoredDelivery, within: Queryable): Promise<void> {
    const { d } = this;
    await within.affected(sql`
      INSERT INTO ${d.table}
        (${d.id}, ${d.eventType}, ${d.userId}, ${d.payload}, ${d.attempts}, ${d.dueAt}, ${d.createdAt})
      VALUES (${row.id}, ${row.type}, ${row.userId}, ${row.payload}, ${row.attempts}, ${row.dueAt}, ${row.createdAt})`);
  }

  /** Those that have waited longest for an attempt. */
  async due(now: number, limit: number): Promise<StoredDelivery[]> {
    const { d } = this;
    const rows = await this.db.rows(sql`
      SELECT ${d.id} AS id, ${d.eventType} AS type, ${d.userId} AS owner, ${d.payload} AS payload,
        ${d.attempts} AS attempts, ${d.dueAt} AS due_at, ${d.createdAt} AS created_at
      FROM ${d.table} WHERE ${d.dueAt} <= ${now} ORDER BY ${d.dueAt} LIMIT ${limit}`);
    return rows.map(toDelivery);
  }

  /** Begins an attempt. Exactly one caller anywhere gets it; `undefined` for everybody else. */
  async claim(row: StoredDelivery, until: number): Promise<StoredDelivery | undefined> {
    const { d } = this;
    const claimed = { ...row, attempts: row.attempts + 1, dueAt: until };
    const changed = await this.db.affected(sql`
      UPDATE ${d.table} SET ${d.attempts} = ${claimed.attempts}, ${d.dueAt} = ${until}
      WHERE ${d.id} = ${row.id} AND ${d.attempts} = ${row.attempts} AND ${d.dueAt} = ${row.dueAt}`);
    return changed === 1 ? claimed : undefined;
  }

  /** The attempt is over. If it was taken for lost and somebody else is at it, that one goes on. */
  async postpone({ id, attempts }: StoredDelivery, dueAt: number): Promise<void> {
    const { d } = this;
    await this.db.affected(
      sql`UPDATE ${d.table} SET ${d.dueAt} = ${dueAt} WHERE ${d.id} = ${id} AND ${d.attempts} = ${attempts}`,
    );
  }

  async remove(id: string): Promise<void> {
    await this.db.affected(sql`DELETE FROM ${this.d.table} WHERE ${this.d.id} = ${id}`);
  }

  async removeByUser(userId: string, within: Queryable): Promise<void> {
    await within.affected(sql`DELETE FROM ${this.d.table} WHERE ${this.d.userId} = ${userId}`);
  }

  /** Those that nobody looks for any more: the application has no webhooks by now. */
  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { d } = this;
    return removeSome(this.db, d.table, [d.id], sql`${d.dueAt} <= ${before}`, limit);
  }
}

function toDelivery(row: Row): StoredDelivery {
  return {
    id: row['id'] as string,
    type: row['type'] as WebhookEventType,
    userId: row['owner'] as string,
    payload: row['payload'] as string,
    attempts: Number(row['attempts']),
    dueAt: Number(row['due_at']),
    createdAt: Number(row['created_at']),
  };
}
