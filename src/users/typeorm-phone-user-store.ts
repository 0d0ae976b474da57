import { Injectable } from '@nestjs/common';
import type { E164 } from '../phone/e164.js';
import {
  Database,
  type Names,
  type Row,
  type Transaction,
  UniqueViolation,
} from '../persistence/database.js';
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
  'fields',
  'createdAt',
  'updatedAt',
] as const;

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
      fields: u.fields,
      created_at: u.createdAt,
      updated_at: u.updatedAt,
    };
    this.u = u;
    this.all = selection(columns);
    this.projection = { table: u.table, id: u.id, columns, fromRow: toUser };
  }

  override findByPhoneNumber(phoneNumber: E164): Promise<PhoneUser | null> {
    return this.findWhere(sql`${this.u.phoneNumber} = ${phoneNumber}`);
  }

  override findById(id: string): Promise<PhoneUser | null> {
    return this.findWhere(sql`${this.u.id} = ${id}`);
  }

  override async create(user: NewPhoneUser, transaction?: Transaction): Promise<PhoneUser | null> {
    const { u } = this;
    const now = this.clock.now();
    return first(
      await (transaction ?? this.db).rows(sql`
        INSERT INTO ${u.table} (${u.id}, ${u.name}, ${u.email}, ${u.emailVerified}, ${u.phoneNumber}, ${u.phoneNumberVerified}, ${u.fields}, ${u.createdAt}, ${u.updatedAt})
        VALUES (${this.random.id()}, ${user.name}, ${user.email}, ${false}, ${user.phoneNumber}, ${user.phoneNumberVerified}, ${toText(user.fields)}, ${now}, ${now})
        ON CONFLICT DO NOTHING
        RETURNING ${this.all}`),
    );
  }

  override async update(
    id: string,
    changes: PhoneUserChanges,
    transaction?: Transaction,
  ): Promise<PhoneUser | null> {
    const { u } = this;
    let set = sql`${u.updatedAt} = ${this.clock.now()}`;
    for (const property of ['name', 'image', 'phoneNumber', 'phoneNumberVerified'] as const) {
      if (changes[property] !== undefined) set = sql`${set}, ${u[property]} = ${changes[property]}`;
    }
    if (changes.fields) set = sql`${set}, ${u.fields} = ${toText(changes.fields)}`;
    try {
      return first(
        await (transaction ?? this.db).rows(
          sql`UPDATE ${u.table} SET ${set} WHERE ${u.id} = ${id} RETURNING ${this.all}`,
        ),
      );
    } catch (error) {
      if (error instanceof UniqueViolation) return null;
      throw error;
    }
  }

  private async findWhere(condition: Sql): Promise<PhoneUser | null> {
    return first(await this.db.rows(sql`SELECT ${this.all} FROM ${this.u.table} WHERE ${condition}`));
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
    fields: fromText(read('fields') as string | null),
    createdAt: new Date(Number(read('created_at'))),
    updatedAt: new Date(Number(read('updated_at'))),
  };
}

const toText = (fields: FieldValues): string | null =>
  Object.keys(fields).length === 0 ? null : JSON.stringify(fields);

const fromText = (text: string | null): FieldValues =>
  text === null ? {} : (JSON.parse(text) as FieldValues);
