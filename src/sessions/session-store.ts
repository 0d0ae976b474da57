import { Injectable } from '@nestjs/common';
import { BatchedReads } from '../persistence/batched-reads.js';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import type { FollowUp } from '../persistence/along.js';
import { Database, type Queryable } from '../persistence/database.js';
import { selection, sql, type Sql, type SqlName } from '../persistence/sql.js';
import type { Session } from './session.js';
import {
  type EndedSession,
  type FoundSession,
  S,
  sessionColumns,
  sessionNames,
  type SessionNames,
  toSession,
  U,
  USER_PREFIX,
  type UserTable,
  withUser,
} from './session-rows.js';

/** The session table. Only live sessions are ever found. */
@Injectable()
export class SessionStore implements Perishable {
  private readonly s: SessionNames;
  private readonly columns: SqlName;
  private reads: BatchedReads<FoundSession> | undefined;

  constructor(private readonly db: Database) {
    this.s = sessionNames(db);
    this.columns = sessionColumns(this.s);
  }

  /** @param before what is worth nothing without the session, and is written with it */
  async insert(
    session: Session,
    tokenHash: string,
    { within = this.db, before }: { within?: Queryable; before?: Sql } = {},
  ): Promise<void> {
    const opened = this.insertion(session, tokenHash);
    if (before && this.db.dialect === 'postgres') {
      await within.affected(sql`WITH first AS (${before}) ${opened}`);
      return;
    }
    if (before) await within.affected(before);
    await within.affected(opened);
  }

  /**
   * What {@link insert} does, for another statement to do along.
   *
   * @param owner his id, or the column in which the change before tells it
   */
  insertAlong(session: Omit<Session, 'userId'>, tokenHash: string, owner: string | SqlName): FollowUp {
    const { s } = this;
    return (before) =>
      sql`${this.insertion({ ...session, userId: owner }, tokenHash, before)} RETURNING ${s.id}`;
  }

  private insertion(
    session: Omit<Session, 'userId'> & { readonly userId: string | SqlName },
    tokenHash: string,
    before?: SqlName,
  ): Sql {
    const { s } = this;
    const values = sql`${session.id}, ${tokenHash}, ${session.userId}, ${session.amr}, ${session.remembered}, ${+session.expiresAt}, ${+session.createdAt}, ${+session.updatedAt}, ${session.provedAt && +session.provedAt}, ${session.ipAddress}, ${session.userAgent}`;
    return sql`
      INSERT INTO ${s.table}
        (${s.id}, ${s.tokenHash}, ${s.userId}, ${s.amr}, ${s.remembered}, ${s.expiresAt}, ${s.createdAt}, ${s.updatedAt}, ${s.provedAt}, ${s.ipAddress}, ${s.userAgent})
      ${before ? sql`SELECT ${values} FROM ${before}` : sql`VALUES (${values})`}`;
  }

  /** On PostgreSQL, where a round trip costs more than the look-up, together with whoever else asks at the time. */
  async findByToken(tokenHash: string, now: number, users?: UserTable): Promise<FoundSession | undefined> {
    if (!users || this.db.dialect !== 'postgres')
      return this.find(sql`${S}.${this.s.tokenHash} = ${tokenHash}`, now, users);
    this.reads ??= new BatchedReads((hashes) => this.findAll(hashes, users));
    const found = await this.reads.get(tokenHash);
    return found && found.session.expiresAt.getTime() > now ? found : undefined;
  }

  findById(id: string, userId: string, now: number, users?: UserTable): Promise<FoundSession | undefined> {
    return this.find(sql`${S}.${this.s.id} = ${id} AND ${S}.${this.s.userId} = ${userId}`, now, users);
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

  /** `undefined` where there was none. */
  removeByToken(tokenHash: string): Promise<EndedSession | undefined> {
    return this.removed(sql`DELETE FROM ${this.s.table} WHERE ${this.s.tokenHash} = ${tokenHash}`);
  }

  async removeById(id: string): Promise<boolean> {
    return (await this.db.affected(sql`DELETE FROM ${this.s.table} WHERE ${this.s.id} = ${id}`)) > 0;
  }

  /** Ends one session of a user, named by its id or by its token; somebody else's is not touched. */
  removeOne(userId: string, id: string, tokenHash: string): Promise<EndedSession | undefined> {
    const { s } = this;
    return this.removed(
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

  /** MySQL does not say which row it has deleted, and MariaDB is spoken to as MySQL is. */
  private async removed(statement: Sql): Promise<EndedSession | undefined> {
    if (this.db.dialect === 'mysql') return (await this.db.affected(statement)) > 0 ? {} : undefined;
    const { s } = this;
    const [row] = await this.db.rows(sql`${statement} RETURNING ${s.id} AS id, ${s.userId} AS owner`);
    return row && { sessionId: row['id'] as string, userId: row['owner'] as string };
  }

  /** One statement, with the user in it where a table of users is given. */
  private async find(condition: Sql, now: number, users?: UserTable): Promise<FoundSession | undefined> {
    const { s } = this;
    const live = sql`${condition} AND ${S}.${s.expiresAt} > ${now}`;
    const columns = users
      ? sql`${this.columns}, ${selection(users.columns, U, USER_PREFIX)}`
      : sql`${this.columns}`;
    const [row] = await this.db.rows(sql`
      SELECT ${columns} FROM ${s.table} AS ${S} ${withUser(users, sql`${S}.${s.userId}`)} WHERE ${live}`);
    return row && { session: toSession(row), row };
  }

  /** By the hash of the token. Whether they are live is for each of those who ask to say. */
  private async findAll(hashes: readonly string[], users: UserTable): Promise<Map<string, FoundSession>> {
    const { s } = this;
    const rows = await this.db.rows(sql`
      SELECT ${this.columns}, ${S}.${s.tokenHash} AS token_hash, ${selection(users.columns, U, USER_PREFIX)}
      FROM ${s.table} AS ${S} ${withUser(users, sql`${S}.${s.userId}`)} WHERE ${S}.${s.tokenHash} = ANY(${hashes})`);
    return new Map(rows.map((row) => [row['token_hash'] as string, { session: toSession(row), row }]));
  }
}
