import { Injectable } from '@nestjs/common';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { PhoneAuthMessage } from './message.entity.js';

/** What is known of a message that a sender was given. */
export type MessageStatus = 'sent' | 'delivered' | 'failed';

/** A message that a sender has answered for. */
export interface AnsweredMessage {
  readonly id: string;
  readonly status: MessageStatus;
  readonly provider: string;
  readonly reference?: string | undefined;
  readonly channel: string;
}

/** What a provider says of a message in the end. */
export interface Conclusion {
  readonly provider: string;
  readonly reference: string;
  readonly status: 'delivered' | 'failed';
}

const COLUMNS = ['id', 'status', 'provider', 'reference', 'channel', 'createdAt', 'updatedAt'] as const;

/** Longer than the columns are: no provider that we know of has such. */
const LONGEST = { provider: 64, reference: 128 };

/** The table of messages. */
@Injectable()
export class MessageStore implements Perishable {
  private readonly m: Names<(typeof COLUMNS)[number]>;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {
    this.m = db.names(PhoneAuthMessage, COLUMNS);
  }

  async add({ id, status, provider, reference, channel }: AnsweredMessage): Promise<void> {
    const { m } = this;
    const now = this.clock.now();
    const known = reference !== undefined && reference.length <= LONGEST.reference ? reference : null;
    await this.db.affected(sql`
      INSERT INTO ${m.table}
        (${m.id}, ${m.status}, ${m.provider}, ${m.reference}, ${m.channel}, ${m.createdAt}, ${m.updatedAt})
      VALUES (${id}, ${status}, ${provider.slice(0, LONGEST.provider)}, ${known}, ${channel}, ${now}, ${now})`);
  }

  /**
   * The end of a message, by the provider's id of it; a sender without a name may be any provider. Delivered is the last
   * word: what comes late, twice or in another order changes nothing. Says whether it changed something.
   */
  async conclude({ provider, reference, status }: Conclusion): Promise<boolean> {
    const { m } = this;
    const before = status === 'delivered' ? sql`${'sent'}, ${'failed'}` : sql`${'sent'}`;
    const changed = await this.db.affected(sql`
      UPDATE ${m.table} SET ${m.status} = ${status}, ${m.updatedAt} = ${this.clock.now()}
      WHERE ${m.provider} IN (${provider}, ${''}) AND ${m.reference} = ${reference} AND ${m.status} IN (${before})`);
    return changed > 0;
  }

  async statusOf(id: string): Promise<MessageStatus | undefined> {
    const { m } = this;
    const [row] = await this.db.rows(sql`SELECT ${m.status} AS status FROM ${m.table} WHERE ${m.id} = ${id}`);
    return row?.['status'] as MessageStatus | undefined;
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { m } = this;
    return removeSome(this.db, m.table, [m.id], sql`${m.createdAt} <= ${before}`, limit);
  }
}
