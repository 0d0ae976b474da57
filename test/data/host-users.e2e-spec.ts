import {
  PHONE_AUTH_MIGRATIONS,
  phoneAuthEntities,
  PhoneAuthOptionError,
  type PhoneAuthModuleExtras,
} from 'nestjs-phone-auth';
import { createTestApp } from 'nestjs-phone-auth/testing';
import {
  Column,
  DataSource,
  type DataSourceOptions,
  Entity,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { indexOf, statementsOf } from '../support/explained.js';
import { Customer, Member, Person } from '../support/host-users/entities.js';
import { customers, members, people } from '../support/host-users/mappings.js';
import { databaseNames, makeDatabase } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

describe.each(databaseNames)('users of the host’s own on %s', (database) => {
  const start = (options: object) =>
    ServedApp.on({ adapter: 'express', database, name: database }, { options });

  describe('with serial ids, e-mail addresses and columns that have to be filled', () => {
    let served: ServedApp;
    beforeAll(async () => {
      served = await start({
        users: customers,
        additionalFields: {
          age: { type: 'number' },
          newsletter: { type: 'boolean' },
          locale: { type: 'string', input: false },
        },
      });
    });
    afterAll(() => served.close());

    const rows = (where: object) => served.rows(Customer, where);
    /** Somebody who has been a customer before there was any of this. */
    const customer = async (more: object = {}) => {
      const mail = `${crypto.randomUUID()}@example.com`;
      await served.dataSource.getRepository(Customer).insert({ mail, displayName: 'Ada', ...more });
      return (await rows({ mail }))[0]!;
    };

    it('R50 a sign-up fills the table, with what the callback and the columns’ defaults give', async () => {
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const { status, body } = await served.verify(phoneNumber, code, { age: 36, newsletter: false });
      expect(status).toBe(200);
      expect(body.isNewUser).toBe(true);
      const [row] = await rows({ phone: phoneNumber });
      expect(row).toMatchObject({
        mail: expect.stringMatching(/@phone\.example$/),
        displayName: phoneNumber,
        locale: 'en',
        age: 36,
        newsletter: false,
        phoneVerified: true,
      });
      expect(body.user).toMatchObject({
        id: String(row?.id),
        email: row?.mail,
        name: phoneNumber,
        phoneNumber,
        phoneNumberVerified: true,
        age: 36,
        newsletter: false,
        locale: 'en',
        createdAt: row?.createdAt.toISOString(),
      });
    });

    it('somebody who has an account by e-mail signs in with the number that is on it', async () => {
      const phone = freshNumber();
      const { id } = await customer({ phone, phoneVerified: true });
      expect(await served.signIn(phone)).toMatchObject({ userId: String(id) });
      expect(await rows({ phone })).toHaveLength(1);
    });

    it('R47 a number that was never proven is proven with the first sign-in', async () => {
      const phone = freshNumber();
      const { id } = await customer({ phone });
      await served.signIn(phone);
      expect(await rows({ id })).toMatchObject([{ phoneVerified: true, displayName: 'Ada' }]);
    });

    it('a profile is changed as far as there are columns for it', async () => {
      const { bearer, userId } = await served.signIn();
      const change = (body: object) => served.http.post('/update-user', body, bearer);
      expect((await change({ name: 'Grace', age: 40 })).status).toBe(200);
      expect(await rows({ id: Number(userId) })).toMatchObject([{ displayName: 'Grace', age: 40 }]);
      const { status, body } = await change({ image: 'https://example.com/me.png' });
      expect([status, body.code]).toEqual([400, 'FIELD_NOT_ALLOWED']);
    });
  });

  it.each([
    ['serial ids', customers, Customer],
    ['UUIDs', members, Member],
    ['ids of its own', people, Person],
  ] as const)('8.18 get-session is one statement, by indexes: %s', async (_, users, entity) => {
    const served = await start({ users });
    for (let n = 0; n < 3; n += 1) await served.signIn();
    const { bearer, userId } = await served.signIn();
    let user: unknown;
    const statements = await statementsOf(async () => {
      user = (await served.http.get('/get-session', bearer)).body.user;
    });
    expect(user).toMatchObject({ id: userId });
    expect(statements).toHaveLength(1);
    for (const statement of statements)
      expect(await indexOf(served.dataSource, database, statement)).toEqual(expect.any(String));
    expect(await served.dataSource.getRepository(entity).count()).toBe(4);
    const tables = served.dataSource.entityMetadatas.map(({ tableName }) => tableName);
    expect(tables).not.toContain('phone_auth_user');
    await served.close();
  });

  it('the shipped migration makes every table but the one for users', async () => {
    const own = await makeDatabase(database);
    const source = await new DataSource({
      ...(own.options as DataSourceOptions),
      synchronize: false,
      entities: phoneAuthEntities({}, customers),
      migrations: PHONE_AUTH_MIGRATIONS,
    }).initialize();
    const runner = source.createQueryRunner();
    const path = (name: string) => source.driver.buildTableName(name, source.driver.schema);
    await source.runMigrations();
    expect(await runner.hasTable(path('phone_auth_session'))).toBe(true);
    expect(await runner.hasTable(path('phone_auth_user'))).toBe(false);
    const drift = (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
    expect(drift.filter((query) => !/customers/.test(query))).toEqual([]);
    await source.undoLastMigration();
    expect(await runner.hasTable(path('phone_auth_session'))).toBe(false);
    await runner.release();
    await source.destroy();
    await own.drop();
  });

  it('who was deleted softly has no session and no account, and another one may follow', async () => {
    const served = await start({ users: members });
    const { phoneNumber, bearer, userId } = await served.signIn();
    const repository = served.dataSource.getRepository(Member);
    await repository.softDelete({ uuid: userId });
    expect((await served.http.get('/get-session', bearer)).text).toBe('null');
    const code = await served.codeFor(phoneNumber);
    const { status, body } = await served.verify(phoneNumber, code);
    // MySQL and MariaDB have no partial index: there the number has to be taken off when an account is deleted
    const isFree = database !== 'mariadb';
    expect([status, body.isNewUser, body.code]).toEqual(
      isFree ? [200, true, undefined] : [400, undefined, 'PHONE_NUMBER_EXIST'],
    );
    expect(await repository.countBy({ mobile: phoneNumber })).toBe(isFree ? 1 : 0);
    await served.close();
  });
});

@Entity('plain')
class Plain {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: 'varchar', length: 20, nullable: true })
  phone: string | null;

  @Column({ type: 'integer', nullable: true })
  digits: number | null;

  @Column({ type: 'varchar', length: 10, nullable: true, unique: true })
  short: string | null;

  @Column({ type: 'boolean', default: false })
  phoneOk: boolean;

  @Column({ type: 'varchar', length: 20, nullable: true, unique: true })
  mobile: string | null;
}

@Entity('demanding')
@Index(['phone', 'tenant'], { unique: true })
class Demanding {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: 'varchar', length: 20, nullable: true })
  phone: string | null;

  @Column({ type: 'varchar', length: 20, nullable: true, unique: true })
  mobile: string | null;

  @Column({ type: 'boolean', default: false })
  phoneOk: boolean;

  @Column({ type: 'varchar', length: 20 })
  tenant: string;

  @Column({ type: 'varchar', length: 20 })
  plan: string;
}

@Entity('pairs')
class Pair {
  @PrimaryColumn({ type: 'integer' })
  one: number;

  @PrimaryColumn({ type: 'integer' })
  other: number;
}

describe('R50 what an entity lacks stops the start, by name', () => {
  const phone = { phoneNumber: 'mobile', phoneNumberVerified: 'phoneOk' };
  it.each<[string, NonNullable<PhoneAuthModuleExtras['users']>, RegExp, object?]>([
    [
      'a column for the number',
      { entity: Plain },
      /users\.columns\.phoneNumber is missing, and Plain has no such property: .*id, phone, digits/,
    ],
    [
      'a column for the flag',
      { entity: Plain, columns: { phoneNumber: 'mobile' } },
      /users\.columns\.phoneNumberVerified is missing, and Plain/,
    ],
    [
      'a column of that name',
      { entity: Plain, columns: { ...phone, email: 'mail' } },
      /users\.columns\.email is 'mail', which Plain does not have: it has id, phone/,
    ],
    [
      'a use for it',
      { entity: Plain, columns: { ...phone, mail: 'mobile' } as object },
      /users\.columns\.mail is unknown: known here: phoneNumber/,
    ],
    [
      'a number as text',
      { entity: Plain, columns: { ...phone, phoneNumber: 'digits' } },
      /phoneNumber is Plain\.digits, a integer: use a varchar\(16\)/,
    ],
    [
      'room for a number',
      { entity: Plain, columns: { ...phone, phoneNumber: 'short' } },
      /phoneNumber is Plain\.short, a varchar\(10\)/,
    ],
    [
      'a flag',
      { entity: Plain, columns: { ...phone, phoneNumberVerified: 'short' } },
      /phoneNumberVerified is Plain\.short, a varchar: use a boolean/,
    ],
    [
      'a unique index',
      { entity: Plain, columns: { ...phone, phoneNumber: 'phone' } },
      /phoneNumber is Plain\.phone, without a unique index in the database: add @Column\(\{ unique: true \}\)/,
    ],
    [
      'a unique index of the number alone',
      { entity: Demanding, columns: { ...phone, phoneNumber: 'phone' }, create: () => ({}) },
      /Demanding\.phone, without a unique index/,
    ],
    [
      'values for its columns',
      { entity: Demanding, columns: phone },
      /users\.create is missing, and new rows of Demanding need tenant, plan/,
    ],
    ['one id', { entity: Pair, columns: phone }, /users\.entity is Pair, with 2 primary columns/],
    [
      'a column for a field',
      { entity: Plain, columns: phone },
      /additionalFields\.age is a field that Plain has no property for/,
      { additionalFields: { age: { type: 'number' } } },
    ],
    [
      'one place for names',
      { entity: Plain, columns: phone },
      /schema\.user is set beside users/,
      { schema: { user: { tableName: 'x' } } },
    ],
  ])('%s', async (_, users, message, options = {}) => {
    const started = createTestApp({ options: { users, ...options } });
    await expect(started).rejects.toThrow(PhoneAuthOptionError);
    await expect(started).rejects.toThrow(message);
  });

  it('and an index that only the class knows of does not count: the database is asked', async () => {
    const started = createTestApp({
      database: { type: 'better-sqlite3', database: ':memory:', synchronize: false },
      options: { users: customers },
    });
    await expect(started).rejects.toThrow(/Customer, whose table customers is not there: run its migrations/);
  });
});
