import type { OnModuleInit } from '@nestjs/common';
import { type EntityManager, IsNull, type ObjectLiteral } from 'typeorm';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { PhoneAuthConfig } from '../options/config.js';
import { Database, type Queryable, type Transaction } from '../persistence/database.js';
import { guard, UniqueViolation } from '../persistence/failures.js';
import { selection, type Sql, sql, type SqlName } from '../persistence/sql.js';
import type { E164 } from '../phone/e164.js';
import type { Clock } from '../runtime/clock.js';
import type { RandomSource } from '../runtime/random-source.js';
import { requireUniqueNumber } from './host-index.js';
import { HostRows } from './host-rows.js';
import { type HostColumn, type HostTable, hostTable } from './host-table.js';
import type { HostUsers } from './host-users.js';
import {
  type NewPhoneUser,
  type PhoneUser,
  type PhoneUserChanges,
  PhoneUserStore,
  type UserProjection,
} from './phone-user-store.js';

/**
 * The accounts of a host's own entity. They are read with the module's statements, one for a session and its user, and
 * written with TypeORM: with the host's defaults, generated ids, transformers, listeners and subscribers.
 */
export class HostUserStore extends PhoneUserStore implements OnModuleInit {
  /** There once the module has started, where the id can be compared in SQL. */
  override projection: UserProjection | undefined = undefined;
  private readonly table: HostTable;
  private readonly rows: HostRows;
  private readonly name: SqlName;

  /** @throws PhoneAuthOptionError where the entity cannot hold what it has to */
  constructor(
    private readonly users: HostUsers,
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    config: PhoneAuthConfig,
  ) {
    super();
    this.table = hostTable(db, users, config);
    this.rows = new HostRows(db, this.table);
    this.name = db.quoted(this.table.metadata.tablePath);
  }

  /** @throws PhoneAuthOptionError where nothing keeps a number unique */
  async onModuleInit(): Promise<void> {
    await requireUniqueNumber(this.db, this.table);
    const { keyKind, key, columns } = this.table;
    if (keyKind === 'other') return;
    const { deletedAt } = columns;
    this.projection = {
      table: this.name,
      id: this.db.quoted(key.databaseName),
      columns: this.rows.selected,
      keyOf: (userId) => this.keyOf(userId),
      ...(deletedAt && { isThere: (user) => sql`${user}.${this.db.quoted(deletedAt.databaseName)} IS NULL` }),
      fromRow: (row, prefix) => this.rows.toUser(row, prefix),
    };
  }

  override findByPhoneNumber(phoneNumber: E164): Promise<PhoneUser | null> {
    return this.findWhere(this.table.columns.phoneNumber, phoneNumber);
  }

  override async findById(id: string): Promise<PhoneUser | null> {
    return this.isKey(id) ? this.findWhere(this.table.key, id) : null;
  }

  override async create(user: NewPhoneUser, transaction?: Transaction): Promise<PhoneUser | null> {
    const given = (await this.users.create?.(user)) ?? {};
    const inserted = await this.write(user, transaction, (manager) => this.insert(manager, user, given));
    if (!inserted) {
      await this.refuseDeleted(user.phoneNumber, transaction);
      return null;
    }
    return this.findWhere(this.table.columns.phoneNumber, user.phoneNumber, transaction);
  }

  override async update(
    id: string,
    changes: PhoneUserChanges,
    transaction?: Transaction,
  ): Promise<PhoneUser | null> {
    if (!this.isKey(id)) return null;
    const { key, columns, metadata } = this.table;
    const values = merged(this.rows.toColumns(changes, this.clock.now()));
    const where = merged([[key, id], ...(columns.deletedAt ? [[columns.deletedAt, IsNull()] as const] : [])]);
    const written = await this.write(changes, transaction, async (manager) => {
      if (Object.keys(values).length > 0) await manager.update(metadata.target, where, values);
      return true;
    });
    return written ? this.findWhere(key, id, transaction) : null;
  }

  /** False where the number is taken. */
  private async insert(manager: EntityManager, user: NewPhoneUser, given: object): Promise<boolean> {
    const { metadata, key, keyKind, columns } = this.table;
    const row: ObjectLiteral = manager.getRepository<ObjectLiteral>(metadata.target).create(given);
    const { phoneNumber, phoneNumberVerified, fields } = user;
    const own = this.rows.toColumns({ phoneNumber, phoneNumberVerified, fields }, this.clock.now());
    for (const [column, value] of own) column.setEntityValue(row, value);
    for (const name of ['name', 'email'] as const) {
      if (columns[name]?.getEntityValue(row) === undefined) columns[name]?.setEntityValue(row, user[name]);
    }
    if (!key.isGenerated && keyKind !== 'integer' && key.getEntityValue(row) === undefined)
      key.setEntityValue(row, this.random.id());

    const insert = manager
      .createQueryBuilder()
      .insert()
      .into(metadata.target)
      .values(row)
      .updateEntity(false);
    if (this.db.dialect !== 'postgres') {
      await insert.execute();
      return true;
    }
    // there a violation would end the transaction
    const { raw } = await insert.orIgnore().returning([key.propertyPath]).execute();
    return (raw as unknown[]).length === 1;
  }

  /** False where something unique was violated: the number, as far as anybody here can tell. */
  private async write(
    { phoneNumber, name }: Partial<NewPhoneUser> | PhoneUserChanges,
    transaction: Transaction | undefined,
    work: (manager: EntityManager) => Promise<boolean>,
  ): Promise<boolean> {
    const guarded = (manager: EntityManager) => guard(() => work(manager), [phoneNumber, name]);
    try {
      return await (transaction ? guarded(transaction.manager) : this.db.withManager(guarded));
    } catch (error) {
      if (error instanceof UniqueViolation) return false;
      throw error;
    }
  }

  /** @throws PhoneAuthError `PHONE_NUMBER_EXIST` where an account has the number that was deleted and still holds it */
  private async refuseDeleted(phoneNumber: E164, within: Queryable = this.db): Promise<void> {
    const { deletedAt } = this.table.columns;
    if (!deletedAt) return;
    const held = await within.rows(sql`
      SELECT 1 FROM ${this.name} WHERE ${this.equals(this.table.columns.phoneNumber, phoneNumber)}
        AND ${this.db.quoted(deletedAt.databaseName)} IS NOT NULL`);
    if (held.length > 0) throw new PhoneAuthError('PHONE_NUMBER_EXIST');
  }

  private async findWhere(
    column: HostColumn,
    value: string,
    within: Queryable = this.db,
  ): Promise<PhoneUser | null> {
    const { deletedAt } = this.table.columns;
    const isThere = deletedAt ? sql`AND ${this.db.quoted(deletedAt.databaseName)} IS NULL` : sql``;
    const [row] = await within.rows(sql`
      SELECT ${selection(this.rows.selected)} FROM ${this.name} WHERE ${this.equals(column, value)} ${isThere}`);
    return row ? this.rows.toUser(row, '') : null;
  }

  private equals(column: HostColumn, value: string): Sql {
    const bound: unknown = this.db.dataSource.driver.preparePersistentValue(value, column);
    return sql`${this.db.quoted(column.databaseName)} = ${bound}`;
  }

  /** Whether a text can be an id here at all: PostgreSQL fails at one that cannot. */
  private isKey(id: string): boolean {
    if (this.table.keyKind === 'integer') return /^-?\d{1,18}$/.test(id);
    if (this.table.keyKind === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
    return true;
  }

  /** The text of an id as what the key is: PostgreSQL compares nothing else with it, and MySQL takes '7 up' for 7. */
  private keyOf(userId: Sql): Sql {
    const { keyKind } = this.table;
    const { dialect } = this.db;
    if (keyKind === 'text' || dialect === 'sqlite') return userId;
    if (keyKind === 'uuid') return sql`CAST(${userId} AS uuid)`;
    return dialect === 'mysql' ? sql`CAST(${userId} AS SIGNED)` : sql`CAST(${userId} AS bigint)`;
  }
}

/** Values by the paths of their properties, as TypeORM takes them. */
function merged(values: readonly (readonly [HostColumn, unknown])[]): ObjectLiteral {
  const all: ObjectLiteral = {};
  for (const [column, value] of values) {
    const [first = '', ...rest] = column.propertyPath.split('.');
    const last = rest.pop();
    if (last === undefined) all[first] = value;
    else {
      let part = (all[first] ??= {}) as ObjectLiteral;
      for (const name of rest) part = (part[name] ??= {}) as ObjectLiteral;
      part[last] = value;
    }
  }
  return all;
}
