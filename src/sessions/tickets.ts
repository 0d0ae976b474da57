import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names, type Queryable } from '../persistence/database.js';
import { joined, sql } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';
import { MOUNT_PATH } from '../runtime/mount-path.js';
import { RandomSource } from '../runtime/random-source.js';
import { PhoneAuthTicket } from './ticket.entity.js';

/** Seconds for which a temp token is good (S3.33). */
export const TICKET_LIFETIME = 300;

/** Messages for one ticket (R24). */
const MOST_SENDS = 5;

const COLUMNS = ['tokenHash', 'userId', 'remembered', 'sends', 'expiresAt'] as const;

/** Somebody has shown the first factor, and the second one is outstanding. */
export interface Ticket {
  /** What names it: a MAC of its token. */
  readonly id: string;
  readonly userId: string;
  readonly remembered: boolean;
  readonly expiresAt: number;
}

/**
 * Temp tokens: 256 random bits with the client, a MAC of them in the table. The key of the MAC is of this one purpose and
 * of this instance's path, so what is made elsewhere or for something else names no row (S3.33, A20).
 */
@Injectable()
export class Tickets implements Perishable {
  private readonly t: Names<(typeof COLUMNS)[number]>;
  private readonly keys: readonly [Buffer, ...Buffer[]];

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
    @Inject(MOUNT_PATH) path: string,
  ) {
    this.t = db.names(PhoneAuthTicket, COLUMNS);
    this.keys = forEachSecret(config, (secret) => deriveKey(secret, 'second-factor-ticket', path));
  }

  /** The token is given out here and nowhere else. */
  async issue({ userId, remembered }: Pick<Ticket, 'userId' | 'remembered'>): Promise<string> {
    const { t } = this;
    const token = this.random.token();
    const expiresAt = this.clock.now() + TICKET_LIFETIME * 1_000;
    await this.db.affected(sql`
      INSERT INTO ${t.table} (${t.tokenHash}, ${t.userId}, ${t.remembered}, ${t.sends}, ${t.expiresAt})
      VALUES (${mac(this.keys[0], token)}, ${userId}, ${remembered}, 0, ${expiresAt})`);
    return token;
  }

  /** The ticket of a token, until it has expired or was used. */
  async find(token: string): Promise<Ticket | undefined> {
    const { t } = this;
    const ids = joined(this.keys.map((key) => sql`${mac(key, token)}`));
    const [row] = await this.db.rows(sql`
      SELECT ${t.tokenHash} AS id, ${t.userId} AS owner, ${t.remembered} AS remembered, ${t.expiresAt} AS expires_at
      FROM ${t.table} WHERE ${t.tokenHash} IN (${ids}) AND ${t.expiresAt} > ${this.clock.now()}`);
    return (
      row && {
        id: row['id'] as string,
        userId: row['owner'] as string,
        remembered: Boolean(row['remembered']),
        expiresAt: Number(row['expires_at']),
      }
    );
  }

  /** Makes room for a message. False: there were enough, or the ticket is gone. */
  async takeSend({ id }: Ticket): Promise<boolean> {
    const { t } = this;
    const taken = await this.db.affected(sql`
      UPDATE ${t.table} SET ${t.sends} = ${t.sends} + 1 WHERE ${t.tokenHash} = ${id} AND ${t.sends} < ${MOST_SENDS}`);
    return taken === 1;
  }

  async giveSendBack({ id }: Ticket): Promise<void> {
    const { t } = this;
    await this.db.affected(sql`
      UPDATE ${t.table} SET ${t.sends} = ${t.sends} - 1 WHERE ${t.tokenHash} = ${id} AND ${t.sends} > 0`);
  }

  /** Uses the ticket up. Exactly one caller anywhere is told that it was he. */
  async spend({ id }: Ticket): Promise<boolean> {
    const { t } = this;
    return (await this.db.affected(sql`DELETE FROM ${t.table} WHERE ${t.tokenHash} = ${id}`)) === 1;
  }

  /** Ends every ticket of a user: what they were given for holds no longer (R45). */
  async endAll(userId: string, within: Queryable = this.db): Promise<void> {
    const { t } = this;
    await within.affected(sql`DELETE FROM ${t.table} WHERE ${t.userId} = ${userId}`);
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { t } = this;
    return removeSome(this.db, t.table, [t.tokenHash], sql`${t.expiresAt} <= ${before}`, limit);
  }
}

const mac = (key: Buffer, token: string): string => createHmac('sha256', key).update(token).digest('hex');
