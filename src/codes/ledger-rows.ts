import { type Sql, sql, SqlName } from '../persistence/sql.js';
import type { PhoneState } from './ledger-locks.js';
import { STATE_COLUMNS, type StateNames } from './ledger-sql.js';

const TEXTS: readonly (keyof PhoneState)[] = ['phoneNumber', 'holder', 'sentFrom', 'sendKey', 'messageId'];

/** Columns of the ledger under names that no other table has. */
const nameOf = (column: keyof PhoneState): string => `ledger_${column.toLowerCase()}`;

/** Every column of a row of the ledger, for a statement that reads. */
export const stateColumns = (s: StateNames): Sql =>
  STATE_COLUMNS.map((column) => sql`${s[column]} AS ${new SqlName(nameOf(column))}`).reduce(
    (all, one) => sql`${all}, ${one}`,
  );

/** `undefined` where there was no row to join. */
export function toState(row: Record<string, unknown> | undefined): PhoneState | undefined {
  if (row?.[nameOf('phoneNumber')] == null) return undefined;
  return Object.fromEntries(
    STATE_COLUMNS.map((column) => {
      const value = row[nameOf(column)];
      return [column, TEXTS.includes(column) ? value : Number(value)];
    }),
  ) as PhoneState;
}
