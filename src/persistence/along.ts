import type { Sql, SqlName } from './sql.js';

/** A row of another table that a statement reads along, where there is one: a round trip less. */
export interface RowAlong {
  readonly table: SqlName;
  /** What the table is called in `columns` and `condition`. */
  readonly alias: SqlName;
  readonly columns: SqlName;
  /** Which row: by a unique key, so that it is one at most. */
  readonly condition: Sql;
}

/**
 * A change that is written along with another one, in the same statement, and only where that has given rows: `before` is
 * what they are called. It gives back a row itself.
 */
export type FollowUp = (before: SqlName) => Sql;
