import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import { Database, type Names, type Queryable, type Row } from '../persistence/database.js';
import { joined, selection, sql, type Sql, SqlName } from '../persistence/sql.js';
import { PhoneAuthRefreshToken } from './refresh-token.entity.js';
import type { Session } from './session.js';
import {
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

const COLUMNS = [
  'id',
  'sessionId',
  'userId',
  'parentId',
  'tokenHash',
  'usedAt',
  'successor',
  'expiresAt',
] as const;

/** A token that is about to be written. */
export interface NewRefreshToken {
  readonly id: string;
  readonly tokenHash: string;
}

/** A token is used, and another one follows it. */
export interface Rotation {
  /** The presented one, under each of the secrets. */
  readonly hashes: readonly string[];
  readonly next: NewRefreshToken;
  /** The next one, sealed under the presented one. */
  readonly sealed: string;
  readonly now: number;
}

/** A token of a live session. */
export interface FoundRefreshToken extends FoundSession {
  readonly id: string;
  readonly parentId: string | null;
  readonly usedAt: number | null;
  readonly successor: string | null;
  readonly expiresAt: number;
}

/** Either the rotation happened, or somebody else's had, or there is nothing to rotate. */
export type RotationOutcome =
  | { readonly rotated: FoundSession }
  | { readonly rotated: undefined; readonly found: FoundRefreshToken | undefined };

const R = new SqlName('shown');

/** The table of refresh tokens. Those of a session that has ended are not found. */
@Injectable()
export class RefreshTokenStore implements Perishable {
  private readonly r: Names<(typeof COLUMNS)[number]>;
  private readonly s: SessionNames;
  private readonly sessionColumns: SqlName;
  private readonly tokenColumns: SqlName;

  constructor(
    private readonly db: Database,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    const r = db.names(PhoneAuthRefreshToken, COLUMNS);
    this.r = r;
    this.s = sessionNames(db);
    this.sessionColumns = sessionColumns(this.s);
    this.tokenColumns = selection(
      {
        token_id: r.id,
        token_parent: r.parentId,
        used_at: r.usedAt,
        successor: r.successor,
        good_until: r.expiresAt,
      },
      R,
    );
  }

  /** The statement that writes the first token of a session. */
  first(token: NewRefreshToken, session: Session): Sql {
    return this.insertOf(token, session, null);
  }

  /** Uses a token and writes the next one, which exactly one caller anywhere gets to do; the session lives on with it. */
  rotate(rotation: Rotation, users?: UserTable): Promise<RotationOutcome> {
    return this.db.dialect === 'postgres'
      ? this.rotateInOneStatement(rotation, users)
      : this.rotateInTransaction(rotation, users);
  }

  /** A token of a live session, used or not. */
  async find(
    { hashes, now }: Pick<Rotation, 'hashes' | 'now'>,
    users?: UserTable,
  ): Promise<FoundRefreshToken | undefined> {
    const { r, s } = this;
    const columns = users
      ? sql`${this.sessionColumns}, ${this.tokenColumns}, ${selection(users.columns, U, USER_PREFIX)}`
      : sql`${this.sessionColumns}, ${this.tokenColumns}`;
    const [row] = await this.db.rows(sql`
      SELECT ${columns} FROM ${r.table} AS ${R}
      JOIN ${s.table} AS ${S} ON ${S}.${s.id} = ${R}.${r.sessionId} AND ${S}.${s.expiresAt} > ${now}
      ${withUser(users, sql`${S}.${s.userId}`)}
      WHERE ${this.isShown(hashes)}`);
    return row && toRefreshToken(row);
  }

  /** Ends a session and whatever was given out for it. `false` where somebody else has just done so. */
  async removeFamily(sessionId: string): Promise<boolean> {
    const { r, s } = this;
    const tokens = sql`DELETE FROM ${r.table} WHERE ${r.sessionId} = ${sessionId}`;
    const session = sql`DELETE FROM ${s.table} WHERE ${s.id} = ${sessionId}`;
    if (this.db.dialect === 'postgres')
      return (await this.db.affected(sql`WITH tokens AS (${tokens}) ${session}`)) === 1;
    // the session first: without it the tokens are good for nothing
    const ended = await this.db.affected(session);
    await this.db.affected(tokens);
    return ended === 1;
  }

  async removeByUser(userId: string, within: Queryable): Promise<void> {
    await within.affected(sql`DELETE FROM ${this.r.table} WHERE ${this.r.userId} = ${userId}`);
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { r } = this;
    return removeSome(this.db, r.table, [r.id], sql`${r.expiresAt} <= ${before}`, limit);
  }

  private async rotateInOneStatement(rotation: Rotation, users?: UserTable): Promise<RotationOutcome> {
    const { r, s } = this;
    const { hashes, next, sealed, now } = rotation;
    const { expiresIn, absoluteExpiresIn } = this.config.session;
    const [row] = await this.db.rows(sql`
      WITH spent AS (
        UPDATE ${r.table} AS ${R} SET ${r.usedAt} = ${now}, ${r.successor} = ${sealed}
        FROM ${s.table} AS ${S}
        WHERE ${this.isShown(hashes)} AND ${R}.${r.usedAt} IS NULL AND ${R}.${r.expiresAt} > ${now}
          AND ${S}.${s.id} = ${R}.${r.sessionId} AND ${S}.${s.expiresAt} > ${now}
        RETURNING ${R}.${r.id} AS token_id, ${R}.${r.parentId} AS token_parent, ${R}.${r.sessionId} AS family
      ), forgotten AS (
        UPDATE ${r.table} SET ${r.successor} = NULL WHERE ${r.id} IN (SELECT token_parent FROM spent)
      ), extended AS (
        UPDATE ${s.table} AS ${S} SET ${s.updatedAt} = ${now}, ${s.expiresAt} = CASE WHEN ${S}.${s.remembered}
          THEN LEAST(${now + expiresIn * 1_000}, ${S}.${s.createdAt} + ${absoluteExpiresIn * 1_000})
          ELSE ${S}.${s.expiresAt} END
        FROM spent WHERE ${S}.${s.id} = spent.family
        RETURNING ${this.sessionColumns}
      ), following AS (
        ${this.insertion}
        SELECT ${next.id}, extended.id, extended.owner, spent.token_id, ${next.tokenHash}, NULL, NULL, extended.expires_at
        FROM extended, spent
      )
      SELECT extended.*${users ? sql`, ${selection(users.columns, U, USER_PREFIX)}` : sql``} FROM extended
      ${withUser(users, sql`extended.owner`)}`);
    if (row) return { rotated: { session: toSession(row), row } };
    return { rotated: undefined, found: await this.find(rotation, users) };
  }

  private async rotateInTransaction(rotation: Rotation, users?: UserTable): Promise<RotationOutcome> {
    const { now, next, sealed } = rotation;
    const found = await this.find(rotation, users);
    if (!found || found.usedAt !== null || found.expiresAt <= now) return { rotated: undefined, found };

    const { r, s } = this;
    const session = this.extended(found.session, now);
    const isDone = await this.db.transaction(async (transaction) => {
      const spent = await transaction.affected(sql`
        UPDATE ${r.table} SET ${r.usedAt} = ${now}, ${r.successor} = ${sealed}
        WHERE ${r.id} = ${found.id} AND ${r.usedAt} IS NULL`);
      if (spent !== 1) return false;
      const extended = await transaction.affected(sql`
        UPDATE ${s.table} SET ${s.updatedAt} = ${now}, ${s.expiresAt} = ${+session.expiresAt}
        WHERE ${s.id} = ${session.id} AND ${s.expiresAt} > ${now}`);
      if (extended !== 1) return false;
      if (found.parentId !== null)
        await transaction.affected(
          sql`UPDATE ${r.table} SET ${r.successor} = NULL WHERE ${r.id} = ${found.parentId}`,
        );
      await transaction.affected(this.insertOf(next, session, found.id));
      return true;
    });
    return isDone
      ? { rotated: { session, row: found.row } }
      : { rotated: undefined, found: await this.find(rotation, users) };
  }

  private extended(session: Session, now: number): Session {
    const { expiresIn, absoluteExpiresIn } = this.config.session;
    const end = Math.min(now + expiresIn * 1_000, +session.createdAt + absoluteExpiresIn * 1_000);
    return { ...session, updatedAt: new Date(now), ...(session.remembered && { expiresAt: new Date(end) }) };
  }

  private isShown(hashes: readonly string[]): Sql {
    return sql`${R}.${this.r.tokenHash} IN (${joined(hashes.map((hash) => sql`${hash}`))})`;
  }

  private insertOf({ id, tokenHash }: NewRefreshToken, session: Session, parentId: string | null): Sql {
    return sql`${this.insertion} VALUES
      (${id}, ${session.id}, ${session.userId}, ${parentId}, ${tokenHash}, NULL, NULL, ${+session.expiresAt})`;
  }

  private get insertion(): Sql {
    const { r } = this;
    return sql`INSERT INTO ${r.table}
      (${r.id}, ${r.sessionId}, ${r.userId}, ${r.parentId}, ${r.tokenHash}, ${r.usedAt}, ${r.successor}, ${r.expiresAt})`;
  }
}

function toRefreshToken(row: Row): FoundRefreshToken {
  const usedAt = row['used_at'] as string | number | null;
  return {
    session: toSession(row),
    row,
    id: row['token_id'] as string,
    parentId: row['token_parent'] as string | null,
    usedAt: usedAt === null ? null : Number(usedAt),
    successor: row['successor'] as string | null,
    expiresAt: Number(row['good_until']),
  };
}
