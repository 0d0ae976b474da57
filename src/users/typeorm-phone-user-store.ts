import { Injectable } from '@nestjs/common';
import type { E164 } from '../phone/e164.js';
import { Database, type Names, type Queryable, type Row, type Transaction } from '../persistence/database.js';
import { UniqueViolation } from '../persistence/failures.js';
import { selection, sql, type Sql, type SqlName } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import type { FieldValues } from './additional-fields.js';
import {
  type NewPhoneUser,
  type PhoneUser,
  type PhoneUserChanges,
  PhoneUserStore,
  type UserProjection,
} from './phone-user-store.js';
import { PhoneAuthUser } from './user.entity.js';

const COLUMNS = [
  'id',
  'name',
  'email',
  'emailVerified',
  'image',
  'phoneNumber',
  'phoneNumberVerified',
  'twoFactorEnabled',
  'fields',
  'createdAt',
  'updatedAt',
] as const;

/** What is written as it is. */
const CHANGEABLE = ['name', 'image', 'phoneNumber', 'phoneNumberVerified', 'twoFactorEnabled'] as const;

/** The default store: the module's own table, `phone_auth_user`. */
@Injectable()
export class TypeOrmPhoneUserStore extends PhoneUserStore {
  override readonly projection: UserProjection;
  private readonly u: Names<(typeof COLUMNS)[number]>;
  private readonly all: SqlName;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly random: RandomSource,
  ) {
    super();
    const u = db.names(PhoneAuthUser, COLUMNS);
    const columns = {
      id: u.id,
      name: u.name,
      email: u.email,
      email_verified: u.emailVerified,
      image: u.image,
      phone_number: u.phoneNumber,
      phone_number_verified: u.phoneNumberVerified,
      two_factor_enabled: u.twoFactorEnabled,
      fields: u.fields,
      created_at: u.createdAt,
      updated_at: u.updatedAt,
    };
    this.u = u;
    this.all = selection(columns);
    this.projection = {
      table: u.table,
      id: u.id,
      phoneNumber: u.phoneNumber,
      columns,
      fromRow: toUser,
      insert: (user, prefix) => (before) => sql`
        ${this.insertion(this.random.id(), user, before)}
        RETURNING ${selection(columns, undefined, prefix)}`,
    };
  }

  override findByPhoneNumber(phoneNumber: E164): Promise<PhoneUser | null> {
    return this.findWhere(sql`${this.u.phoneNumber} = ${phoneNumber}`);
  }

  override findById(id: string): Promise<PhoneUser | null> {
    return this.findWhere(sql`${this.u.id} = ${id}`);
  }

  override findByEmail(email: string): Promise<PhoneUser | null> {
    return this.findWhere(sql`${this.u.email} = ${email}`);
  }

  override create(user: NewPhoneUser, transaction?: Transaction): Promise<PhoneUser | null> {
    const id = this.random.id();
    return this.write(id, this.insertion(id, user), transaction);
  }

  override update(
    id: string,
    changes: PhoneUserChanges,
    transaction?: Transaction,
  ): Promise<PhoneUser | null> {
    const { u } = this;
    let set = sql`${u.updatedAt} = ${this.clock.now()}`;
    for (const property of CHANGEABLE) {
      if (changes[property] !== undefined) set = sql`${set}, ${u[property]} = ${changes[property]}`;
    }
    if (changes.fields) set = sql`${set}, ${u.fields} = ${toText(changes.fields)}`;
    return this.write(id, sql`UPDATE ${u.table} SET ${set} WHERE ${u.id} = ${id}`, transaction);
  }

  override async remove(id: string, within: Queryable = this.db): Promise<void> {
    await within.affected(sql`DELETE FROM ${this.u.table} WHERE ${this.u.id} = ${id}`);
  }

  private insertion(id: string, user: NewPhoneUser, before?: SqlName): Sql {
    const { u } = this;
    const now = this.clock.now();
    const values = sql`${id}, ${user.name}, ${user.email}, ${false}, ${user.phoneNumber}, ${user.phoneNumberVerified}, ${toText(user.fields)}, ${now}, ${now}`;
    // on PostgreSQL a violation would end the transaction, and MySQL knows only how to ignore every error
    const unlessTaken = this.db.dialect === 'mysql' ? sql`` : sql`ON CONFLICT DO NOTHING`;
    return sql`
      INSERT INTO ${u.table} (${u.id}, ${u.name}, ${u.email}, ${u.emailVerified}, ${u.phoneNumber}, ${u.phoneNumberVerified}, ${u.fields}, ${u.createdAt}, ${u.updatedAt})
      ${before ? sql`SELECT ${values} FROM ${before}` : sql`VALUES (${values})`}
      ${unlessTaken}`;
  }

  /** Runs a statement and reads the user as he is afterwards; `null` where there is none or the number is taken. */
  private async write(id: string, statement: Sql, within: Queryable = this.db): Promise<PhoneUser | null> {
    try {
      if (this.db.dialect !== 'mysql')
        return first(await within.rows(sql`${statement} RETURNING ${this.all}`));
      await within.affected(statement);
      return await this.findWhere(sql`${this.u.id} = ${id}`, within);
    } catch (error) {
      if (error instanceof UniqueViolation) return null;
      throw error;
    }
  }

  private async findWhere(condition: Sql, within: Queryable = this.db): Promise<PhoneUser | null> {
    return first(await within.rows(sql`SELECT ${this.all} FROM ${this.u.table} WHERE ${condition}`));
  }
}

const first = ([row]: Row[]): PhoneUser | null => (row ? toUser(row, '') : null);

function toUser(row: Row, prefix: string): PhoneUser {
  const read = (name: string) => row[prefix + name];
  return {
    id: read('id') as string,
    name: read('name') as string,
    email: read('email') as string | null,
    emailVerified: Boolean(read('email_verified')),
    image: read('image') as string | null,
    phoneNumber: read('phone_number') as E164 | null,
    phoneNumberVerified: Boolean(read('phone_number_verified')),
    twoFactorEnabled: Boolean(read('two_factor_enabled')),
    fields: fromText(read('fields') as string | null),
    createdAt: new Date(Number(read('created_at'))),
    updatedAt: new Date(Number(read('updated_at'))),
  };
}

const toText = (fields: FieldValues): string | null =>
  Object.keys(fields).length === 0 ? null : JSON.stringify(fields);

const fromText = (text: string | null): FieldValues =>
  text === null ? {} : (JSON.parse(text) as FieldValues);
