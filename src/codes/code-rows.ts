import type { Queryable } from '../persistence/database.js';
import { joined, type Sql, sql, type SqlName } from '../persistence/sql.js';
import type { CodeToResend, NewCode } from './code-statements.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';

type Held = (column: SqlName) => Sql;

/** The columns of a new code, and its values in the same order. */
export const newCodeColumns = (c: CodeTable): Sql =>
  sql`${c.purpose}, ${c.phoneNumber}, ${c.id}, ${c.mac}, ${c.attempts}, ${c.expiresAt}, ${c.requestedBy}, ${c.sealed}, ${c.messageId}`;

export const newCodeValues = (code: NewCode): Sql =>
  sql`${code.purpose}, ${code.phoneNumber}, ${code.id}, ${code.mac}, 0, ${code.expiresAt}, ${code.requestedBy}, ${code.sealed}, ${code.id}`;

/**
 * A new code takes the row of the one before it, which is remembered beside it. MySQL assigns from left to right with the
 * new values: what is replaced has to be remembered first.
 *
 * @param held how a column of the row that is there is called
 * @param resent whether the code that is there stays, as the statement finds out
 */
export function takeOver(c: CodeTable, code: NewCode, held: Held, resent?: Sql): Sql {
  const unlessResent = (column: SqlName, value: unknown) =>
    resent
      ? sql`${column} = CASE WHEN ${resent} THEN ${held(column)} ELSE ${value} END`
      : sql`${column} = ${value}`;
  return joined([
    unlessResent(c.replacedId, held(c.id)),
    unlessResent(c.replacedMac, held(c.mac)),
    unlessResent(c.replacedAttempts, held(c.attempts)),
    unlessResent(c.replacedExpiresAt, held(c.expiresAt)),
    unlessResent(c.replacedRequestedBy, held(c.requestedBy)),
    unlessResent(c.id, code.id),
    unlessResent(c.mac, code.mac),
    unlessResent(c.attempts, sql`0`),
    unlessResent(c.expiresAt, code.expiresAt),
    unlessResent(c.requestedBy, code.requestedBy),
    unlessResent(c.sealed, code.sealed),
    sql`${c.messageId} = ${code.id}`,
  ]);
}

/** Whether the code that is there is sent again in place of a new one, as a statement finds out. */
export const isResent = (
  c: CodeTable,
  { requestedBy }: NewCode,
  { endsFrom, id }: CodeToResend,
  allowedAttempts: number,
  held: Held,
): Sql => sql`
  ${held(c.sealed)} IS NOT NULL AND ${held(c.attempts)} < ${allowedAttempts} AND ${held(c.expiresAt)} >= ${endsFrom}
  AND COALESCE(${held(c.requestedBy)}, ${''}) = ${requestedBy ?? ''}
  ${id === undefined ? sql`` : sql`AND ${held(c.id)} = ${id}`}`;

/** A code as it stands in its row. */
export interface SeenCode {
  readonly id: string;
  readonly mac: string;
  readonly attempts: number;
  readonly requestedBy: string | null;
  readonly expiresAt: number;
  readonly sealed: string | null;
  readonly messageId: string;
}

export async function readCode(db: Queryable, c: CodeTable, key: CodeKey): Promise<SeenCode | undefined> {
  const [row] = await db.rows(sql`SELECT ${seenColumns(c)} FROM ${c.table} WHERE ${isRowOf(c, key)}`);
  return row && toSeenCode(row);
}

/** What is read of a code, for a statement that reads. */
export const seenColumns = (c: CodeTable): Sql => sql`
  ${c.id} AS id, ${c.mac} AS mac, ${c.attempts} AS attempts, ${c.requestedBy} AS requested_by, ${c.expiresAt} AS expires_at,
  ${c.sealed} AS sealed, ${c.messageId} AS message_id`;

export function toSeenCode(row: Record<string, unknown>): SeenCode {
  return {
    id: row['id'] as string,
    mac: row['mac'] as string,
    attempts: Number(row['attempts']),
    requestedBy: row['requested_by'] as string | null,
    expiresAt: Number(row['expires_at']),
    sealed: row['sealed'] as string | null,
    messageId: row['message_id'] as string,
  };
}
