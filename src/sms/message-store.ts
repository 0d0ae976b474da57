import { Injectable } from '@nestjs/common';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names, type Row } from '../persistence/database.js';
import { selection, sql } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { PhoneAuthMessage } from './message.entity.js';

/** What is known of a message that a sender was given. */
export type MessageStatus = 'sent' | 'delivered' | 'failed';

/** The same for one provider's part in it: `passed-on` where another one has the message after it. */
export type AttemptStatus = MessageStatus | 'passed-on';

/** A message that a sender has answered for. */
export interface AnsweredMessage {
  readonly id: string;
  /** How many providers had it before and could not deliver it. @default 0 */
  readonly attempt?: number | undefined;
  readonly status: MessageStatus;
  readonly provider: string;
  readonly reference?: string | undefined;
  readonly channel: string;
  /** Whom it is for, encrypted, where another provider may have to send it. */
  readonly sealedTo?: string | undefined;
}

/** One provider's part in a message, as it stands. */
export interface SeenMessage {
  readonly id: string;
  readonly attempt: number;
  readonly status: AttemptStatus;
  readonly provider: string;
  readonly channel: string;
  readonly sealedTo: string | null;
  /** When it came to this. */
  readonly since: number;
}

/** What a provider says of a message in the end. */
export interface Conclusion {
  readonly provider: string;
  readonly reference: string;
  readonly status: 'delivered' | 'failed';
}

const COLUMNS = [
  'id',
  'attempt',
  'status',
  'provider',
  'reference',
  'channel',
  'sealedTo',
  'createdAt',
  'updatedAt',
] as const;

/** Longer than the columns are: no provider that we know of has such. */
export const LONGEST = { provider: 64, reference: 128 };

/** From what a message comes to its end. */
const BEFORE = {
  delivered: sql`${'sent'}, ${'failed'}, ${'passed-on'}`,
  failed: sql`${'sent'}`,
};

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

  async add({
    id,
    attempt = 0,
    status,
    provider,
    reference,
    channel,
    sealedTo,
  }: AnsweredMessage): Promise<void> {
    const { m } = this;
    const now = this.clock.now();
    const known = reference !== undefined && reference.length <= LONGEST.reference ? reference : null;
    await this.db.affected(sql`
      INSERT INTO ${m.table}
        (${m.id}, ${m.attempt}, ${m.status}, ${m.provider}, ${m.reference}, ${m.channel}, ${m.sealedTo}, ${m.createdAt}, ${m.updatedAt})
      VALUES
        (${id}, ${attempt}, ${status}, ${provider.slice(0, LONGEST.provider)}, ${known}, ${channel}, ${sealedTo ?? null}, ${now}, ${now})`);
  }

  /**
   * The end of a message, by the provider's id of it; a sender without a name may be any provider. Delivered is the last
   * word: what comes late, twice or in another order changes nothing. Says whether it changed something.
   */
  async conclude({ provider, reference, status }: Conclusion): Promise<boolean> {
    const { m } = this;
    const changed = await this.db.affected(sql`
      UPDATE ${m.table} SET ${m.status} = ${status}, ${m.sealedTo} = NULL, ${m.updatedAt} = ${this.clock.now()}
      WHERE ${this.isOf({ provider, reference })} AND ${m.status} IN (${BEFORE[status]})`);
    return changed > 0;
  }

  /** Takes a message from a provider that could not deliver it. True for exactly one caller. */
  async passOn({ id, attempt }: Pick<SeenMessage, 'id' | 'attempt'>): Promise<boolean> {
    const { m } = this;
    const taken = await this.db.affected(sql`
      UPDATE ${m.table} SET ${m.status} = ${'passed-on'}, ${m.sealedTo} = NULL, ${m.updatedAt} = ${this.clock.now()}
      WHERE ${m.id} = ${id} AND ${m.attempt} = ${attempt} AND ${m.status} = ${'sent'}`);
    return taken === 1;
  }

  /** A message that a provider has and nothing more was heard of. */
  async findSent(key: Pick<Conclusion, 'provider' | 'reference'>): Promise<SeenMessage | undefined> {
    const { m } = this;
    const [row] = await this.db.rows(sql`
      SELECT ${this.columns()} FROM ${m.table} WHERE ${this.isOf(key)} AND ${m.status} = ${'sent'}`);
    return row && toMessage(row);
  }

  /**
   * Where a message is, over all the providers that had it: delivered where one of them says so, else what the last one
   * says.
   */
  async stateOf(id: string): Promise<SeenMessage | undefined> {
    const { m } = this;
    const rows = await this.db.rows(
      sql`SELECT ${this.columns()} FROM ${m.table} WHERE ${m.id} = ${id} ORDER BY ${m.attempt}`,
    );
    const attempts = rows.map(toMessage);
    return attempts.find(({ status }) => status === 'delivered') ?? attempts.at(-1);
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { m } = this;
    return removeSome(this.db, m.table, [m.attempt, m.id], sql`${m.createdAt} <= ${before}`, limit);
  }

  private isOf({ provider, reference }: Pick<Conclusion, 'provider' | 'reference'>) {
    const { m } = this;
    return sql`${m.provider} IN (${provider}, ${''}) AND ${m.reference} = ${reference}`;
  }

  private columns() {
    const { id, attempt, status, provider, channel, sealedTo: sealed_to, updatedAt: since } = this.m;
    return selection({ id, attempt, status, provider, channel, sealed_to, since });
  }
}

const toMessage = (row: Row): SeenMessage => ({
  id: row['id'] as string,
  attempt: Number(row['attempt']),
  status: row['status'] as AttemptStatus,
  provider: row['provider'] as string,
  channel: row['channel'] as string,
  sealedTo: row['sealed_to'] as string | null,
  since: Number(row['since']),
});
