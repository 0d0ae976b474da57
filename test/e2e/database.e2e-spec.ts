import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { getDataSourceToken } from '@nestjs/typeorm';
import { PHONE_AUTH_ENTITIES, PHONE_AUTH_MIGRATIONS, PhoneAuthUser } from 'nestjs-phone-auth';
import { createTestApp, type TestApp } from 'nestjs-phone-auth/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { databaseNames, makeDatabase, startOn, type TestDatabase } from '../support/platforms.js';

const NAMES = ['phone_auth_code', 'phone_auth_credential', 'phone_auth_quota', 'phone_auth_session', 'phone_auth_user'];

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
    await expect(user({ phoneNumber })).rejects.toThrow(/unique/i);
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
});

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
