/** Which SQL is spoken. MariaDB speaks that of MySQL. */
export type Dialect = 'postgres' | 'sqlite' | 'mysql';

/** The dialect of a type of TypeORM's data sources. */
export const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ['postgres', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['better-sqlite3', 'sqlite'],
]);

/** How a statement says where the value at a position, counted from 1, goes. */
export const PLACEHOLDER: Record<Dialect, (position: number) => string> = {
  postgres: (position) => `$${position}`,
  mysql: () => '?',
  sqlite: () => '?',
};

/** What the driver is given for a value. */
export const BIND: Record<Dialect, (value: unknown) => unknown> = {
  postgres: (value) => value,
  // mysql2 writes values into the text itself, and would make names and lists of what is in an object
  mysql: (value) => {
    if (typeof value === 'object' && value !== null) throw new TypeError('Only plain values can be bound');
    return value;
  },
  // TypeORM 0.3 hands booleans to a driver that refuses them
  sqlite: (value) => (typeof value === 'boolean' ? Number(value) : value),
};
