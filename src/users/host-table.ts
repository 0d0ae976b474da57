import type { EntityMetadata } from 'typeorm';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { PhoneAuthConfig } from '../options/config.js';
import type { Database } from '../persistence/database.js';
import { HOST_COLUMNS, type HostUserColumn, type HostUsers } from './host-users.js';

export type HostColumn = EntityMetadata['columns'][number];

/** A host's entity, as the module reads and writes it. */
export interface HostTable {
  readonly metadata: EntityMetadata;
  /** The primary column, and how text is compared with it. */
  readonly key: HostColumn;
  readonly keyKind: KeyKind;
  readonly columns: { readonly phoneNumber: HostColumn; readonly phoneNumberVerified: HostColumn } & Readonly<
    Partial<Record<HostUserColumn, HostColumn>>
  >;
  /** By the names that the option `additionalFields` gives them. */
  readonly fields: ReadonlyMap<string, HostColumn>;
}

export type KeyKind = 'integer' | 'uuid' | 'text' | 'other';

const INTEGER = /^(tiny|small|medium|big)?int(eger)?$/;
const TEXT = /char|text|^string$/;
const FLAG = /^bool|^tinyint$|^bit$/;
const MOMENT = /^(date|timestamp)/;

/** As long as the longest number, with its plus sign. */
const LONGEST_NUMBER = 16;

/**
 * Finds the columns of a host's entity.
 *
 * @throws PhoneAuthOptionError naming entity and column, where one is missing or cannot hold what it is meant for
 */
export function hostTable(db: Database, users: HostUsers, config: PhoneAuthConfig): HostTable {
  const metadata = db.metadata(users.entity, 'add it to its entities');
  checkNames(users);
  const [key, ...more] = metadata.primaryColumns;
  if (!key || more.length > 0) {
    throw new PhoneAuthOptionError(
      'users.entity',
      `${metadata.name}, with ${metadata.primaryColumns.length} primary columns`,
      'use an entity whose id is one column',
    );
  }
  const column = (name: HostUserColumn) => columnFor(metadata, users, name);
  const columns = {
    ...Object.fromEntries(HOST_COLUMNS.flatMap((name) => (column(name) ? [[name, column(name)]] : []))),
    phoneNumber: required(metadata, 'phoneNumber', column('phoneNumber')),
    phoneNumberVerified: required(metadata, 'phoneNumberVerified', column('phoneNumberVerified')),
  };
  const typeOf = (of: HostColumn) => db.dataSource.driver.normalizeType(of);
  checkNumber(metadata, columns.phoneNumber, typeOf(columns.phoneNumber));
  checkFlag(metadata, columns.phoneNumberVerified, typeOf(columns.phoneNumberVerified));
  const table = {
    metadata,
    key,
    keyKind: kindOf(key, typeOf(key)),
    columns,
    fields: fieldsOf(metadata, config),
  };
  if (!users.create) checkFilled(table, config);
  return table;
}

/** Whether the column says since when, in place of whether. */
export const isMoment = (column: HostColumn, db: Database): boolean =>
  MOMENT.test(db.dataSource.driver.normalizeType(column));

function checkNames({ columns = {} }: HostUsers): void {
  const known: readonly string[] = HOST_COLUMNS;
  const unknown = Object.keys(columns).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new PhoneAuthOptionError(`users.columns.${unknown}`, 'unknown', `known here: ${known.join(', ')}`);
}

function columnFor(
  metadata: EntityMetadata,
  { columns = {} }: HostUsers,
  name: HostUserColumn,
): HostColumn | undefined {
  const wanted = columns[name];
  if (wanted === false) return undefined;
  if (wanted === undefined) {
    const deleted = name === 'deletedAt' ? metadata.deleteDateColumn : undefined;
    return deleted ?? metadata.findColumnWithPropertyPath(name);
  }
  const found =
    metadata.findColumnWithPropertyPath(wanted) ??
    metadata.columns.find(({ databaseName }) => databaseName === wanted);
  if (found) return found;
  throw new PhoneAuthOptionError(
    `users.columns.${name}`,
    `'${wanted}', which ${metadata.name} does not have`,
    `it has ${propertiesOf(metadata)}`,
  );
}

function required(
  metadata: EntityMetadata,
  name: HostUserColumn,
  column: HostColumn | undefined,
): HostColumn {
  if (column) return column;
  throw new PhoneAuthOptionError(
    `users.columns.${name}`,
    `missing, and ${metadata.name} has no such property`,
    `add the column, or name the one that it has: ${propertiesOf(metadata)}`,
  );
}

const propertiesOf = (metadata: EntityMetadata): string =>
  metadata.columns.map(({ propertyPath }) => propertyPath).join(', ');

function checkNumber(metadata: EntityMetadata, column: HostColumn, type: string): void {
  const length = Number(column.length || Infinity);
  if (TEXT.test(type) && length >= LONGEST_NUMBER) return;
  throw new PhoneAuthOptionError(
    'users.columns.phoneNumber',
    `${metadata.name}.${column.propertyPath}, a ${type}${column.length && `(${column.length})`}`,
    `use a varchar(${LONGEST_NUMBER}) or longer: numbers are kept as +12025550123`,
  );
}

function checkFlag(metadata: EntityMetadata, column: HostColumn, type: string): void {
  if (FLAG.test(type) || (MOMENT.test(type) && column.isNullable)) return;
  throw new PhoneAuthOptionError(
    'users.columns.phoneNumberVerified',
    `${metadata.name}.${column.propertyPath}, a ${type}`,
    'use a boolean, or a nullable timestamp',
  );
}

/** What is transformed or kept as bytes cannot be compared with the text of an id in SQL. */
function kindOf({ transformer }: HostColumn, type: string): KeyKind {
  if (transformer) return 'other';
  if (INTEGER.test(type)) return 'integer';
  if (type === 'uuid') return 'uuid';
  return TEXT.test(type) ? 'text' : 'other';
}

function fieldsOf(
  metadata: EntityMetadata,
  { additionalFields }: PhoneAuthConfig,
): ReadonlyMap<string, HostColumn> {
  return new Map(
    Object.keys(additionalFields).map((name) => {
      const column = metadata.findColumnWithPropertyPath(name);
      if (column) return [name, column];
      throw new PhoneAuthOptionError(
        `additionalFields.${name}`,
        `a field that ${metadata.name} has no property for`,
        `it has ${propertiesOf(metadata)}`,
      );
    }),
  );
}

/** Without a callback, a new account has nothing but what the module knows of it. */
function checkFilled(
  { metadata, key, keyKind, columns, fields }: HostTable,
  { additionalFields, signUpOnVerification }: PhoneAuthConfig,
): void {
  const filled = new Set<HostColumn | undefined>([
    columns.phoneNumber,
    columns.phoneNumberVerified,
    columns.name,
    ...[...fields].flatMap(([name, column]) => (additionalFields[name]?.required ? [column] : [])),
  ]);
  if (keyKind === 'text' || keyKind === 'uuid') filled.add(key);
  if (signUpOnVerification.getTempEmail) filled.add(columns.email);
  const empty = metadata.columns.filter((column) => !filled.has(column) && staysEmpty(column));
  if (empty.length === 0) return;
  throw new PhoneAuthOptionError(
    'users.create',
    `missing, and new rows of ${metadata.name} need ${empty.map(({ propertyPath }) => propertyPath).join(', ')}`,
    'set it to a function that gives their values',
  );
}

const staysEmpty = (column: HostColumn): boolean =>
  column.isInsert &&
  !column.isNullable &&
  column.default === undefined &&
  ![
    column.isGenerated,
    column.isCreateDate,
    column.isUpdateDate,
    column.isVersion,
    column.isDiscriminator,
  ].includes(true);
