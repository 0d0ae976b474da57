import { Injectable } from '@nestjs/common';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names, type Queryable, type Row } from '../persistence/database.js';
import { selection, sql, SqlName } from '../persistence/sql.js';
import { PhoneAuthSession } from './session.entity.js';
import type { Session, SignInMethod } from './session.js';

const COLUMNS = [
  'id',
  'tokenHash',
  'userId',
  'amr',
  'remembered',
  'expiresAt',
  'createdAt',
  'updatedAt',
  'provedAt',
  'ipAddress',
  'userAgent',
] as const;

/** A table with the users, to be read in the same statement as a session. */
export interface UserTable {
  readonly table: SqlName;
  readonly id: SqlName;
  readonly columns: Readonly<Record<string, SqlName>>;
}

/** A session, and the columns of its user under names that begin with {@link USER_PREFIX}. */
export interface FoundSession {
  readonly session: Session;
  readonly row: Row;
}

export const USER_PREFIX = 'user_';

const S = new SqlName('held');
const U = new SqlName('owner');

/** The session table. Only live sessions are ever found. */
@Injectable()
export class SessionStore implements Perishable {
  private readonly s: Names<(typeof COLUMNS)[number]>;
  private readonly columns: SqlName;

  constructor(private readonly db: Database) {
    const s = db.names(PhoneAuthSession, COLUMNS);
    this.s = s;
    this.columns = selection(
      {
        id: s.id,
        owner: s.userId,
        amr: s.amr,
        remembered: s.remembered,
        expires_at: s.expiresAt,
        created_at: s.createdAt,
        updated_at: s.updatedAt,
        proved_at: s.provedAt,
        ip_address: s.ipAddress,
        agent: s.userAgent,
      },
      S,
    );
  }

  async insert(session: Session, tokenHash: string, within: Queryable = this.db): Promise<void> {
    const { s } = this;
    await within.affected(sql`
      INSERT INTO ${s.table}
        (${s.id}, ${s.tokenHash}, ${s.userId}, ${s.amr}, ${s.remembered}, ${s.expiresAt}, ${s.createdAt}, ${s.updatedAt}, ${s.provedAt}, ${s.ipAddress}, ${s.userAgent})
      VALUES
        (${session.id}, ${tokenHash}, ${session.userId}, ${session.amr}, ${session.remembered}, ${+session.expiresAt}, ${+session.createdAt}, ${+session.updatedAt}, ${session.provedAt && +session.provedAt}, ${session.ipAddress}, ${session.userAgent})`);
  }

  /** One statement, with the user in it where a table of users is given. */
  async find(tokenHash: string, now: number, users?: UserTable): Promise<FoundSession | undefined> {
    const { s } = this;
    const condition = sql`${S}.${s.tokenHash} = ${tokenHash} AND ${S}.${s.expiresAt} > ${now}`;
    const [row] = await this.db.rows(
      users
        ? sql`SELECT ${this.columns}, ${selection(users.columns, U, USER_PREFIX)}
              FROM ${s.table} AS ${S} JOIN ${users.table} AS ${U} ON ${U}.${users.id} = ${S}.${s.userId}
              WHERE ${condition}`
        : sql`SELECT ${this.columns} FROM ${s.table} AS ${S} WHERE ${condition}`,
    );
    return row && { session: toSession(row), row };
  }

  async findByUser(userId: string, now: number): Promise<Session[]> {
    const { s } = this;
    const rows = await this.db.rows(sql`
      SELECT ${this.columns} FROM ${s.table} AS ${S}
      WHERE ${S}.${s.userId} = ${userId} AND ${S}.${s.expiresAt} > ${now} ORDER BY ${S}.${s.createdAt} DESC`);
    return rows.map(toSession);
  }

  async extend(id: string, expiresAt: number, now: number): Promise<void> {
    const { s } = this;
    await this.db.affected(
      sql`UPDATE ${s.table} SET ${s.expiresAt} = ${expiresAt}, ${s.updatedAt} = ${now} WHERE ${s.id} = ${id}`,
    );
  }

  /** Exactly one caller anywhere replaces a token. */
  async replaceToken(
    { id, amr, provedAt }: Session,
    tokenHash: string,
    nextTokenHash: string,
  ): Promise<boolean> {
    const { s } = this;
    const replaced = await this.db.affected(sql`
      UPDATE ${s.table} SET ${s.tokenHash} = ${nextTokenHash}, ${s.amr} = ${amr}, ${s.provedAt} = ${provedAt && +provedAt}
      WHERE ${s.id} = ${id} AND ${s.tokenHash} = ${tokenHash}`);
    return replaced === 1;
  }

  async removeByToken(tokenHash: string): Promise<void> {
    await this.db.affected(sql`DELETE FROM ${this.s.table} WHERE ${this.s.tokenHash} = ${tokenHash}`);
  }

  /** Ends one session of a user, named by its id or by its token; somebody else's is not touched. */
  async removeOne(userId: string, id: string, tokenHash: string): Promise<void> {
    const { s } = this;
    await this.db.affected(
      sql`DELETE FROM ${s.table} WHERE ${s.userId} = ${userId} AND (${s.id} = ${id} OR ${s.tokenHash} = ${tokenHash})`,
    );
  }

  /** All sessions of a user, but for the one to keep. */
  async removeByUser(userId: string, keep: string | undefined, within: Queryable = this.db): Promise<void> {
    const { s } = this;
    await within.affected(
      keep === undefined
        ? sql`DELETE FROM ${s.table} WHERE ${s.userId} = ${userId}`
        : sql`DELETE FROM ${s.table} WHERE ${s.userId} = ${userId} AND ${s.id} <> ${keep}`,
    );
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { s } = this;
    return removeSome(this.db, s.table, [s.id], sql`${s.expiresAt} <= ${before}`, limit);
  }
}

function toSession(row: Row): Session {
  return {
    id: row['id'] as string,
    userId: row['owner'] as string,
    amr: row['amr'] as SignInMethod,
    remembered: Boolean(row['remembered']),
    expiresAt: new Date(Number(row['expires_at'])),
    createdAt: new Date(Number(row['created_at'])),
    updatedAt: new Date(Number(row['updated_at'])),
    provedAt: row['proved_at'] === null ? null : new Date(Number(row['proved_at'])),
    ipAddress: row['ip_address'] as string,
    userAgent: row['agent'] as string,
  };
}
