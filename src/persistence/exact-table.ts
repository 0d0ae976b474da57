import type { EntityOptions } from 'typeorm';

/**
 * How MySQL and MariaDB make a table; the other databases do not read it. Their usual collations take 'aB' for 'Ab': a
 * host's user ids would collide, and one user be given another's sessions or password. TypeORM writes `engine` as it is,
 * the one place where a whole table's collation fits.
 */
export const EXACT_TABLE = {
  engine: 'InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
} satisfies EntityOptions;
