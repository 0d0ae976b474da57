import type { Database, Names, Row } from '../persistence/database.js';
import { selection, type Sql, sql, SqlName } from '../persistence/sql.js';
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

export type SessionNames = Names<(typeof COLUMNS)[number]>;

export const sessionNames = (db: Database): SessionNames => db.names(PhoneAuthSession, COLUMNS);

/** A table with the users, to be read in the same statement as a session. */
export interface UserTable {
  readonly table: SqlName;
  readonly id: SqlName;
  readonly columns: Readonly<Record<string, SqlName>>;
  /** What the id is compared with, where it is not the text that sessions hold. */
  readonly keyOf?: (userId: Sql) => Sql;
  /** What else holds for a user who is there. */
  readonly isThere?: (user: SqlName) => Sql;
}

/** A session, and the columns of its user under names that begin with {@link USER_PREFIX}. */
export interface FoundSession {
  readonly session: Session;
  readonly row: Row;
}

/** Which session has ended, where the database says so. */
export interface EndedSession {
  readonly sessionId?: string;
  readonly userId?: string;
}

export const USER_PREFIX = 'user_';

/** What the tables are called in a statement that reads them together. */
export const S = new SqlName('held');
export const U = new SqlName('owner');

/** Puts the user beside a session, where a table of users is given. @param userId the id that the session holds */
export function withUser(users: UserTable | undefined, userId: Sql): Sql {
  if (!users) return sql``;
  const { table, id, keyOf, isThere } = users;
  const isOwner = sql`${U}.${id} = ${keyOf?.(userId) ?? userId}`;
  return sql`JOIN ${table} AS ${U} ON ${isThere ? sql`${isOwner} AND ${isThere(U)}` : isOwner}`;
}

/** A session's columns, as {@link toSession} reads them. */
export const sessionColumns = (s: SessionNames): SqlName =>
  selection(
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

export function toSession(row: Row): Session {
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
