import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { Database } from '../persistence/database.js';
import type { HostTable } from './host-table.js';

/**
 * Looks into the database, and not at the decorators: an index that a migration has yet to make keeps no number unique.
 *
 * @throws PhoneAuthOptionError where two accounts could get one number (R50)
 */
export async function requireUniqueNumber(db: Database, { metadata, columns }: HostTable): Promise<void> {
  const table = await db.withManager(async (manager) => manager.queryRunner?.getTable(metadata.tablePath));
  const path = `${metadata.name}.${columns.phoneNumber.propertyPath}`;
  if (!table) {
    throw new PhoneAuthOptionError(
      'users.entity',
      `${metadata.name}, whose table ${metadata.tablePath} is not there`,
      'run its migrations first',
    );
  }
  const number = columns.phoneNumber.databaseName;
  const isNumber = (names: readonly string[]) => names.length === 1 && names[0] === number;
  // a deleted account may keep its number, and somebody else have the same
  const deleted = columns.deletedAt?.databaseName;
  const isOfAll = (where = '') => where === '' || (deleted !== undefined && isLive(where, deleted));
  const unique =
    table.uniques.some(({ columnNames }) => isNumber(columnNames)) ||
    table.indices.some((index) => index.isUnique && isNumber(index.columnNames) && isOfAll(index.where));
  if (unique) return;
  throw new PhoneAuthOptionError(
    'users.columns.phoneNumber',
    `${path}, without a unique index in the database`,
    'add @Column({ unique: true }) and migrate: otherwise two sign-ups at once make two accounts of one number',
  );
}

const isLive = (where: string, column: string): boolean =>
  new RegExp(`^[("\`]*${column}[)"\`]* IS NULL\\)*$`, 'i').test(where.trim());
