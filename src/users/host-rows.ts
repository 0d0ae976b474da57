import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { E164 } from '../phone/e164.js';
import type { Database, Row } from '../persistence/database.js';
import type { SqlName } from '../persistence/sql.js';
import type { FieldValue } from './additional-fields.js';
import { type HostColumn, type HostTable, isMoment } from './host-table.js';
import type { HostUserColumn } from './host-users.js';
import type { PhoneUser, PhoneUserChanges } from './phone-user-store.js';

/** Translates between rows of a host's entity and users, with TypeORM's own conversions and the host's transformers. */
export class HostRows {
  /** What a statement has to read of a user. */
  readonly selected: Readonly<Record<string, SqlName>>;
  private readonly sources: ReadonlyMap<string, HostColumn>;

  constructor(
    private readonly db: Database,
    private readonly table: HostTable,
  ) {
    const { key, columns, fields } = table;
    this.sources = new Map([
      ['id', key],
      ...Object.entries(columns).map(([name, column]) => [nameOf(name), column] as const),
      ...[...fields.values()].map((column, place) => [`field_${place}`, column] as const),
    ]);
    this.selected = Object.fromEntries(
      [...this.sources].map(([name, column]) => [name, db.quoted(column.databaseName)]),
    );
  }

  toUser(row: Row, prefix: string): PhoneUser {
    const { fields } = this.table;
    const read = (name: string): unknown => {
      const column = this.sources.get(name);
      return column && this.db.dataSource.driver.prepareHydratedValue(row[prefix + name], column);
    };
    const get = (name: HostUserColumn) => read(nameOf(name));
    const text = (name: HostUserColumn) => (get(name) ?? null) as string | null;
    return {
      id: String(read('id')),
      name: text('name') ?? '',
      email: text('email'),
      emailVerified: Boolean(get('emailVerified')),
      image: text('image'),
      phoneNumber: text('phoneNumber') as E164 | null,
      phoneNumberVerified: Boolean(get('phoneNumberVerified')),
      ...(this.table.columns.twoFactorEnabled && { twoFactorEnabled: Boolean(get('twoFactorEnabled')) }),
      fields: Object.fromEntries(
        [...fields.keys()].map((name, place) => [name, (read(`field_${place}`) ?? null) as FieldValue]),
      ),
      createdAt: toDate(get('createdAt')),
      updatedAt: toDate(get('updatedAt')),
    };
  }

  /**
   * The columns to write, with their values.
   *
   * @throws PhoneAuthError `FIELD_NOT_ALLOWED` for what the host keeps nowhere, `PHONE_NUMBER_CANNOT_BE_UPDATED` where a
   * number has to be
   */
  toColumns({ fields = {}, ...changes }: PhoneUserChanges, now: number): [HostColumn, unknown][] {
    const { columns } = this.table;
    if (changes.phoneNumber === null && !columns.phoneNumber.isNullable)
      throw new PhoneAuthError('PHONE_NUMBER_CANNOT_BE_UPDATED');
    const own = Object.entries(changes).flatMap(([name, value]): [HostColumn, unknown][] => {
      if (value === undefined) return [];
      const column = columns[name as keyof typeof changes];
      if (!column) throw notKept(name);
      return [[column, typeof value === 'boolean' ? this.flag(column, value, now) : value]];
    });
    const others = Object.entries(fields).map(([name, value]): [HostColumn, unknown] => {
      const column = this.table.fields.get(name);
      if (!column) throw notKept(name);
      return [column, value];
    });
    return [...own, ...others];
  }

  private flag(column: HostColumn, value: boolean, now: number): unknown {
    if (!isMoment(column, this.db)) return value;
    return value ? new Date(now) : null;
  }
}

const notKept = (name: string): PhoneAuthError =>
  new PhoneAuthError('FIELD_NOT_ALLOWED', { message: `${name} is not allowed to be set` });

/** PostgreSQL writes names in lower case that are not quoted. */
const nameOf = (name: string): string => name.toLowerCase();

/** A column may hold milliseconds since the epoch, which drivers give as a number or as its digits. */
function toDate(value: unknown): Date {
  const moment = (value ?? 0) as Date | number | string;
  return new Date(typeof moment === 'string' && /^\d+$/.test(moment) ? Number(moment) : moment);
}
