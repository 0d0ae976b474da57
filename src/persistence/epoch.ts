import type { ColumnOptions, ValueTransformer } from 'typeorm';

/** Drivers hand a bigint back as a string (PostgreSQL, MariaDB) or a number (SQLite). */
const asNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** A moment as milliseconds since the epoch: the one form that keeps its precision and zone on every database. */
export const epochColumn = (options: ColumnOptions = {}): ColumnOptions => ({
  type: 'bigint',
  transformer: asNumber,
  ...options,
});
