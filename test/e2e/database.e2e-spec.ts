import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { getDataSourceToken, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { PHONE_AUTH_ENTITIES, PHONE_AUTH_MIGRATIONS, PhoneAuthUser } from 'nestjs-phone-auth';
import { createTestApp, type TestApp } from 'nestjs-phone-auth/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/persistence/database.js';
import { UniqueViolation } from '../../src/persistence/failures.js';
import { sql } from '../../src/persistence/sql.js';
import { PhoneAuthCredential } from '../../src/users/credential.entity.js';
import { Passwords } from '../../src/users/passwords.js';
import { api, freshNumber } from '../support/api.js';
import { databaseNames, makeDatabase, startOn, type TestDatabase } from '../support/platforms.js';

const NAMES = [
  'phone_auth_code',
  'phone_auth_credential',
  'phone_auth_message',
  'phone_auth_quota',
  'phone_auth_session',
  'phone_auth_setting',
  'phone_auth_user',
];

describe.each(databaseNames)('the schema on %s', (name) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await makeDatabase(name);
  });
  afterEach(() => database.drop());

  const connect = (more: object = {}) =>
    new DataSource({
      ...(database.options as DataSourceOptions),
      entities: PHONE_AUTH_ENTITIES,
      migrations: PHONE_AUTH_MIGRATIONS,
      synchronize: false,
      ...more,
    }).initialize();
  const drift = async (source: DataSource) =>
    (await source.driver.createSchemaBuilder().log()).upQueries.map((query) => query.query);

  it('S1.49 the migration makes what synchronize makes, to the letter', async () => {
    const source = await connect();
    expect(await drift(source)).not.toEqual([]);
    await source.runMigrations();
    expect(await drift(source)).toEqual([]);
    await source.destroy();
  });

  it('S1.49 the migration follows the host’s entityPrefix', async () => {
    const source = await connect({ entityPrefix: 'acme_' });
    await source.runMigrations();
    expect(await drift(source)).toEqual([]);
    await source.destroy();
  });

  it('the migration can be undone', async () => {
    const source = await connect();
    await source.runMigrations();
    await source.undoLastMigration();
    for (const table of NAMES) await expect(source.query(`SELECT 1 FROM ${table}`)).rejects.toThrow(table);
    await source.destroy();
  });

  it('S1.50, S2.27, S4.26 an application that ran the migration signs people in', async () => {
    const t = await createTestApp({
      database: {
        ...database.options,
        synchronize: false,
        migrations: [...PHONE_AUTH_MIGRATIONS],
        migrationsRun: true,
      },
    });
    expect((await api(t).signIn()).token).toBeTruthy();
    await t.close();
  });

  if (name === 'mariadb')
    it('S1.50 a data source of type mysql signs people in as well', async () => {
      const options = { ...database.options, type: 'mysql' } as TypeOrmModuleOptions;
      const t = await createTestApp({ database: options });
      expect((await api(t).signIn()).token).toBeTruthy();
      await t.close();
    });
});

describe.each(databaseNames)('the tables on %s', (database) => {
  let t: TestApp;
  let source: DataSource;
  beforeAll(async () => {
    t = await startOn({ adapter: 'express', database }, { options: { rateLimit: false } });
    source = t.app.get<DataSource>(getDataSourceToken());
  });
  afterAll(() => t.close());

  const user = (more: object) =>
    source
      .getRepository(PhoneAuthUser)
      .insert({ id: crypto.randomUUID(), name: 'Ada', createdAt: 0, updatedAt: 0, ...more });

  it('S1.48, S4.27 phoneNumber is nullable and unique, and the flag is false by default', async () => {
    const phoneNumber = freshNumber();
    await user({ phoneNumber });
    await expect(user({ phoneNumber })).rejects.toThrow(/unique|duplicate/i);
    await user({});
    await user({});
    const rows = await source.getRepository(PhoneAuthUser).findBy({ name: 'Ada' });
    expect(rows.map((row) => row.phoneNumber)).toEqual(expect.arrayContaining([phoneNumber, null, null]));
    expect(rows.every((row) => !row.phoneNumberVerified)).toBe(true);
  });

  it('S4.26 codes have a table of their own, and a user has two columns for his number', async () => {
    const phoneNumber = freshNumber();
    await api(t).sendOtp(phoneNumber);
    const codes: unknown[] = await source.query(
      `SELECT * FROM ${source.getMetadata('PhoneAuthCode').tablePath}`,
    );
    expect(codes).toEqual([expect.objectContaining({ phone_number: phoneNumber, purpose: 'sign-in' })]);
    const columns = source.getMetadata(PhoneAuthUser).columns.map((column) => column.propertyName);
    expect(columns.filter((column) => column.startsWith('phone'))).toEqual([
      'phoneNumber',
      'phoneNumberVerified',
    ]);
  });

  it('8.8 no code and no session token stands in any table', async () => {
    const phoneNumber = freshNumber();
    const { token } = await api(t).signIn(phoneNumber);
    const code = await api(t).codeFor(phoneNumber);
    for (const { tablePath } of source.entityMetadatas) {
      const text = JSON.stringify(await source.query(`SELECT * FROM ${tablePath}`));
      expect(text).not.toContain(token);
      expect(text).not.toContain(`"${code}"`);
    }
  });

  it('3.1 what differs in case only is different, so nobody is given what is another’s', async () => {
    await source.getRepository(PhoneAuthCredential).insert([
      { userId: 'aB', passwordHash: 'upper', updatedAt: 0 },
      { userId: 'Ab', passwordHash: 'lower', updatedAt: 0 },
    ]);
    const passwords = t.app.get(Passwords, { strict: false });
    expect([await passwords.exists('aB'), await passwords.exists('AB')]).toEqual([true, false]);
    await passwords.store('aB', 'new');
    expect(await source.getRepository(PhoneAuthCredential).findOneBy({ userId: 'Ab' })).toMatchObject({
      passwordHash: 'lower',
    });
    await user({ email: 'ada@example.com' });
    await user({ email: 'Ada@example.com' });
  });

  it('a name can be in any script, and hold an emoji', async () => {
    const { bearer } = await api(t).signIn();
    const name = '👩‍🚀 Žofie 张';
    await api(t).post('/update-user', { name }, bearer).expect(200);
    expect((await api(t).get('/get-session', bearer)).body.user.name).toBe(name);
  });

  it('R62, 3.4 a failure says what failed without the number that was bound', async () => {
    const db = t.app.get(Database, { strict: false });
    const phoneNumber = freshNumber();
    const failure: unknown = await db
      .rows(sql`SELECT ${phoneNumber} FROM nowhere WHERE ${phoneNumber} nonsense`)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(inspect(failure, { depth: 9 })).toContain('nonsense');
    expect(inspect(failure, { depth: 9 })).not.toContain(phoneNumber.slice(1));

    const { table, id, phoneNumber: column } = db.names(PhoneAuthUser, ['id', 'phoneNumber']);
    const other = crypto.randomUUID();
    await user({ phoneNumber });
    await user({ id: other });
    const duplicate: unknown = await db
      .affected(sql`UPDATE ${table} SET ${column} = ${phoneNumber} WHERE ${id} = ${other}`)
      .catch((error: unknown) => error);
    expect(duplicate).toBeInstanceOf(UniqueViolation);
    expect(inspect(duplicate, { depth: 9 })).not.toContain(phoneNumber.slice(1));
  });

  if (database !== 'sqlite')
    it('3.4 of two transactions in a deadlock both succeed', async () => {
      const db = t.app.get(Database, { strict: false });
      const { table, id, updatedAt } = db.names(PhoneAuthUser, ['id', 'updatedAt']);
      const ids = [crypto.randomUUID(), crypto.randomUUID()] as const;
      for (const id of ids) await user({ id });
      const both = meeting(2);
      let runs = 0;
      const cross = (first: string, second: string) =>
        db.transaction(async (transaction) => {
          runs += 1;
          if (database === 'postgres') await transaction.rows(sql`SET LOCAL deadlock_timeout = 20`);
          for (const userId of [first, second]) {
            await transaction.affected(
              sql`UPDATE ${table} SET ${updatedAt} = ${updatedAt} + 1 WHERE ${id} = ${userId}`,
            );
            await both();
          }
        });
      await Promise.all([cross(ids[0], ids[1]), cross(ids[1], ids[0])]);

      expect(runs).toBeGreaterThan(2);
      const rows = await source.getRepository(PhoneAuthUser).findBy({ updatedAt: 2 });
      expect(rows.map((row) => row.id).sort()).toEqual([...ids].sort());
    });
});

/** Lets `count` callers go on once all have come; whoever comes later goes on at once. */
function meeting(count: number): () => Promise<void> {
  let come = 0;
  let start = () => {};
  const all = new Promise<void>((resolve) => (start = resolve));
  return () => {
    if (++come >= count) start();
    return all;
  };
}

describe('ormconfig.ts', () => {
  it('serves the TypeORM command line', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'node_modules/typeorm/cli.js', 'migration:show', '-d', 'ormconfig.ts'],
      { env: { ...process.env, DATABASE_URL: '', PHONE_AUTH_SQLITE: ':memory:' } },
    ).catch((error: { stdout: string }) => error);
    expect(stdout).toContain('PhoneAuthInitial');
  }, 30_000);
});
