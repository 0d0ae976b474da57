import type { Queryable, Row } from './database.js';
import { joined, selection, type Sql, sql, type SqlName } from './sql.js';

/** What one step of a clean-up did. */
export interface CleanupStep {
  readonly removed: number;
  /** Whether another step may find more. */
  readonly more: boolean;
}

/** A table whose rows are of no use to anybody once they are old enough. */
export interface Perishable {
  /**
   * Removes up to `limit` rows that were of no use any more at a moment. Several processes may do so at once.
   *
   * @param before milliseconds since the epoch
   */
  removeOver(before: number, limit: number): Promise<CleanupStep>;
}

/**
 * Picks the keys of up to `limit` rows by an index, and deletes these rows by their key: PostgreSQL and SQLite have no
 * `DELETE … LIMIT`, and a long delete keeps everybody waiting. A row that has changed in between is looked at again.
 *
 * @param key the columns of the primary key
 * @param over what holds for a row that can go
 */
export async function removeSome(
  db: Queryable,
  table: SqlName,
  key: readonly SqlName[],
  over: Sql,
  limit: number,
): Promise<CleanupStep> {
  const parts = Object.fromEntries(key.map((column, place) => [`key_${place}`, column]));
  const keys = await db.rows(sql`SELECT ${selection(parts)} FROM ${table} WHERE ${over} LIMIT ${limit}`);
  return { removed: await removeByKey(db, table, key, keys, over), more: keys.length === limit };
}

/** @param keys rows with the values of the key as `key_0`, `key_1` */
export async function removeByKey(
  db: Queryable,
  table: SqlName,
  key: readonly SqlName[],
  keys: readonly Row[],
  over: Sql,
): Promise<number> {
  if (keys.length === 0) return 0;
  return db.affected(sql`DELETE FROM ${table} WHERE (${oneOf(key, keys)}) AND ${over}`);
}

/** `a = 1 AND b IN (2, 3) OR a = 4 AND b IN (5)`: what every database looks up in the index of a key. */
function oneOf([column, ...rest]: readonly SqlName[], keys: readonly Row[], place = 0): Sql {
  const name = `key_${place}`;
  if (rest.length === 0) return sql`${column} IN (${joined(keys.map((row) => sql`${row[name]}`))})`;
  const values = [...new Set(keys.map((row) => row[name]))];
  const groups = values.map((value) => {
    const group = keys.filter((row) => row[name] === value);
    return sql`(${column} = ${value} AND ${oneOf(rest, group, place + 1)})`;
  });
  return joined(groups, sql` OR `);
}
