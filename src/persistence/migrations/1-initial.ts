import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { EXACT_TABLE } from '../exact-table.js';

const text = (name: string, length: number): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
});
const epoch = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const flag = (name: string): TableColumnOptions => ({ name, type: 'boolean' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const zero = (column: TableColumnOptions): TableColumnOptions => ({ ...column, default: 0 });
const key = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });

/** `no` is the database's own word for false. */
const tables = (no: string) => [
  {
    name: 'phone_auth_user',
    columns: [
      key(text('id', 36)),
      text('name', 255),
      nullable(text('email', 320)),
      { ...flag('email_verified'), default: no },
      nullable(text('image', 2048)),
      nullable(text('phone_number', 16)),
      { ...flag('phone_number_verified'), default: no },
      { ...flag('two_factor_enabled'), default: no },
      { name: 'fields', type: 'text', isNullable: true },
      epoch('created_at'),
      epoch('updated_at'),
    ],
    uniques: [{ columnNames: ['email'] }, { columnNames: ['phone_number'] }],
  },
  {
    name: 'phone_auth_credential',
    columns: [key(text('user_id', 64)), text('password_hash', 512), epoch('updated_at')],
  },
  {
    name: 'phone_auth_code',
    columns: [
      key(text('purpose', 32)),
      key(text('phone_number', 16)),
      text('id', 36),
      text('mac', 64),
      integer('attempts'),
      epoch('expires_at'),
      nullable(text('requested_by', 64)),
      nullable(text('sealed', 64)),
      text('message_id', 36),
      nullable(text('replaced_id', 36)),
      nullable(text('replaced_mac', 64)),
      nullable(integer('replaced_attempts')),
      nullable(epoch('replaced_expires_at')),
      nullable(text('replaced_requested_by', 64)),
    ],
    indices: [{ columnNames: ['expires_at'] }],
  },
  {
    name: 'phone_auth_phone_state',
    columns: [
      key(text('phone_number', 16)),
      key(text('holder', 36)),
      zero(integer('hour_failures')),
      zero(epoch('hour_failures_from')),
      zero(integer('day_failures')),
      zero(epoch('day_failures_from')),
      zero(integer('failures_in_a_row')),
      zero(epoch('locked_until')),
      zero(integer('hour_sends')),
      zero(epoch('hour_sends_from')),
      zero(integer('day_sends')),
      zero(epoch('day_sends_from')),
      zero(integer('sends_in_a_row')),
      zero(epoch('sent_at')),
      zero(epoch('next_send_at')),
      { ...text('sent_from', 64), default: "''" },
      { ...text('send_key', 64), default: "''" },
      { ...text('message_id', 36), default: "''" },
    ],
  },
  {
    name: 'phone_auth_send_stat',
    columns: [
      key(epoch('hour')),
      key(text('country', 2)),
      key(text('provider', 64)),
      integer('sent'),
      integer('verified'),
      integer('failed'),
    ],
  },
  {
    name: 'phone_auth_session',
    columns: [
      key(text('id', 36)),
      text('token_hash', 64),
      text('user_id', 64),
      text('amr', 32),
      flag('remembered'),
      epoch('expires_at'),
      epoch('created_at'),
      epoch('updated_at'),
      nullable(epoch('proved_at')),
      text('ip_address', 45),
      text('user_agent', 512),
    ],
    uniques: [{ columnNames: ['token_hash'] }],
    indices: [{ columnNames: ['user_id'] }, { columnNames: ['expires_at'] }],
  },
  {
    name: 'phone_auth_ticket',
    columns: [
      key(text('token_hash', 64)),
      text('user_id', 64),
      flag('remembered'),
      integer('sends'),
      epoch('expires_at'),
    ],
    indices: [{ columnNames: ['user_id'] }, { columnNames: ['expires_at'] }],
  },
  {
    name: 'phone_auth_refresh_token',
    columns: [
      key(text('id', 36)),
      text('session_id', 36),
      text('user_id', 64),
      nullable(text('parent_id', 36)),
      text('token_hash', 64),
      nullable(epoch('used_at')),
      nullable(text('successor', 128)),
      epoch('expires_at'),
    ],
    uniques: [{ columnNames: ['token_hash'] }],
    indices: [{ columnNames: ['session_id'] }, { columnNames: ['user_id'] }, { columnNames: ['expires_at'] }],
  },
  {
    name: 'phone_auth_quota',
    columns: [key(text('key', 191)), { name: 'hits', type: 'double precision' }, epoch('ends_at')],
    indices: [{ columnNames: ['ends_at'] }],
  },
  {
    name: 'phone_auth_message',
    columns: [
      key(text('id', 36)),
      key(integer('attempt')),
      text('status', 16),
      text('provider', 64),
      nullable(text('reference', 128)),
      text('channel', 16),
      { name: 'sealed_to', type: 'text', isNullable: true },
      epoch('created_at'),
      epoch('updated_at'),
    ],
    indices: [{ columnNames: ['provider', 'reference'] }, { columnNames: ['created_at'] }],
  },
  {
    name: 'phone_auth_early_receipt',
    columns: [
      key(text('reference', 128)),
      key(text('provider', 64)),
      text('status', 16),
      epoch('created_at'),
    ],
    indices: [{ columnNames: ['created_at'] }],
  },
  {
    name: 'phone_auth_setting',
    columns: [
      key(text('name', 32)),
      { name: 'value', type: 'text' },
      integer('version'),
      epoch('updated_at'),
    ],
  },
  {
    name: 'phone_auth_webhook_delivery',
    columns: [
      key(text('id', 36)),
      text('event_type', 32),
      text('user_id', 64),
      { name: 'payload', type: 'text' },
      integer('attempts'),
      epoch('due_at'),
      epoch('created_at'),
    ],
    indices: [{ columnNames: ['user_id'] }, { columnNames: ['due_at'] }],
  },
];

/** The tables of version 0.1, exactly as `synchronize` makes them: a test compares the two. */
export class PhoneAuthInitial1763600000000 implements MigrationInterface {
  readonly name = 'PhoneAuthInitial1763600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tablesOf(runner)) await runner.createTable(new Table(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tablesOf(runner)) await runner.dropTable(name, true);
  }
}

/** The host's `entityPrefix` applies to migrations as it does to entities. */
function tablesOf(runner: QueryRunner) {
  const { connection } = runner.manager;
  const { type, entityPrefix = '' } = connection.options;
  // with users of the host's own, the data source knows every entity but that one
  const hasOwnUsers = connection.hasMetadata('PhoneAuthSession') && !connection.hasMetadata('PhoneAuthUser');
  const mysql = type === 'mysql' || type === 'mariadb';
  const all = tables(type === 'postgres' ? 'false' : '0');
  const needed = hasOwnUsers ? all.filter(({ name }) => name !== 'phone_auth_user') : all;
  return needed.map(({ uniques = [], indices = [], ...table }) => ({
    ...EXACT_TABLE,
    ...table,
    name: entityPrefix + table.name,
    // there, TypeORM makes a unique index of what is a constraint elsewhere, and names it as one
    ...(mysql
      ? { indices: [...indices, ...uniques.map((unique) => ({ ...unique, isUnique: true }))] }
      : { indices, uniques }),
  }));
}
