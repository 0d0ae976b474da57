import type { Queryable } from '../persistence/database.js';
import { type Sql, sql, type SqlName } from '../persistence/sql.js';
import type { NewCode } from './code-statements.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';

/** The columns of a new code, and its values in the same order. */
export const newCodeColumns = (c: CodeTable): Sql =>
  sql`${c.purpose}, ${c.phoneNumber}, ${c.id}, ${c.mac}, ${c.attempts}, ${c.expiresAt}, ${c.sentAt}, ${c.requestedBy}`;

export const newCodeValues = (code: NewCode): Sql =>
  sql`${code.purpose}, ${code.phoneNumber}, ${code.id}, ${code.mac}, 0, ${code.expiresAt}, ${code.sentAt}, ${code.requestedBy}`;

/**
 * A new code takes the row of the one before it, which is remembered beside it. MySQL assigns from left to right with the
 * new values: what is replaced has to be remembered first.
 *
 * @param held how a column of the row that is there is called
 */
export const takeOver = (c: CodeTable, code: NewCode, held: (column: SqlName) => Sql): Sql => sql`
  ${c.replacedId} = ${held(c.id)},
  ${c.replacedMac} = ${held(c.mac)},
  ${c.replacedAttempts} = ${held(c.attempts)},
  ${c.replacedExpiresAt} = ${held(c.expiresAt)},
  ${c.replacedRequestedBy} = ${held(c.requestedBy)},
  ${c.id} = ${code.id},
  ${c.mac} = ${code.mac},
  ${c.attempts} = 0,
  ${c.expiresAt} = ${code.expiresAt},
  ${c.sentAt} = ${code.sentAt},
  ${c.requestedBy} = ${code.requestedBy}`;

/** A code as it stands in its row. */
export interface SeenCode {
  readonly id: string;
  readonly mac: string;
  readonly attempts: number;
  readonly requestedBy: string | null;
  readonly expiresAt: number;
  readonly sentAt: number;
}

export async function readCode(db: Queryable, c: CodeTable, key: CodeKey): Promise<SeenCode | undefined> {
  const [row] = await db.rows(sql`SELECT ${seenColumns(c)} FROM ${c.table} WHERE ${isRowOf(c, key)}`);
  return row && toSeenCode(row);
}

/** What is read of a code, for a statement that reads. */
export const seenColumns = (c: CodeTable): Sql => sql`
  ${c.id} AS id, ${c.mac} AS mac, ${c.attempts} AS attempts, ${c.requestedBy} AS requested_by,
  ${c.expiresAt} AS expires_at, ${c.sentAt} AS sent_at`;

export function toSeenCode(row: Record<string, unknown>): SeenCode {
  return {
    id: row['id'] as string,
    mac: row['mac'] as string,
    attempts: Number(row['attempts']),
    requestedBy: row['requested_by'] as string | null,
    expiresAt: Number(row['expires_at']),
    sentAt: Number(row['sent_at']),
  };
}
