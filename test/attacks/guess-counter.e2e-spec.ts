import { randomUUID } from 'node:crypto';
import { PHONE_AUTH_ENTITIES } from 'nestjs-phone-auth';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CodeStore, type NewCode } from '../../src/codes/code-store.js';
import { type CodeKey, codeTable } from '../../src/codes/code-table.js';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import type { GuessCounter } from '../../src/codes/guess-counter.js';
import { PortableGuessCounter } from '../../src/codes/portable-guess-counter.js';
import { ReturningGuessCounter } from '../../src/codes/returning-guess-counter.js';
import { Database, type Queryable } from '../../src/persistence/database.js';
import type { E164 } from '../../src/phone/e164.js';
import { freshNumber } from '../support/api.js';
import { databaseNames, makeDatabase, type TestDatabase } from '../support/platforms.js';
import { parallel } from '../support/served-app.js';

const EXPIRES_AT = 1_000;
const ALLOWED = 3;

const counters = databaseNames.flatMap((database) => [
  { database, Counter: PortableGuessCounter },
  ...(database === 'mariadb' ? [] : [{ database, Counter: ReturningGuessCounter }]),
]);

describe.each(counters)('$Counter.name on $database', ({ database: name, Counter }) => {
  let database: TestDatabase;
  let source: DataSource;
  let db: Database;
  let store: CodeStore;
  let counter: GuessCounter;
  let key: CodeKey;
  beforeAll(async () => {
    database = await makeDatabase(name);
    const options = { ...(database.options as DataSourceOptions), entities: PHONE_AUTH_ENTITIES };
    source = await new DataSource(options).initialize();
    db = new Database(source);
    store = new CodeStore(db);
    counter = counterOn(db);
  });
  beforeEach(() => {
    key = { purpose: 'sign-in', phoneNumber: freshNumber() as E164 };
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const counterOn = (queryable: Queryable) => new Counter(queryable, codeTable(db));
  const put = async (more: Partial<NewCode> = {}): Promise<NewCode> => {
    const id = randomUUID();
    const code = { ...key, id, mac: `mac of ${id}`, expiresAt: EXPIRES_AT, requestedBy: null, ...more };
    await store.put(code);
    return code;
  };
  const row = () => source.getRepository(PhoneAuthCode).findOneByOrFail({ phoneNumber: key.phoneNumber });
  const charge = (now = 0) => counter.charge(key, ALLOWED, now);
  const retire = (now = 0) => counter.retire(key, ALLOWED, now);

  it('I1 a charge tells what it charged, and how often that was done', async () => {
    const { id, mac } = await put({ requestedBy: 'aB' });
    expect(await charge()).toMatchObject({ id, mac, attempts: 1, requestedBy: 'aB' });
    expect(await charge()).toMatchObject({ id, mac, attempts: 2 });
    expect((await row()).attempts).toBe(2);
  });

  it('A1, I1 of 40 parallel charges exactly the allowed number succeeds, and each is told its own count', async () => {
    await put();
    const charged = (await parallel(40, () => charge())).filter((code) => code !== undefined);
    expect(charged).toHaveLength(ALLOWED);
    expect(new Set(charged.map(({ attempts }) => attempts))).toEqual(new Set([1, 2, 3]));
    expect((await row()).attempts).toBe(ALLOWED);
  });

  it('A1 of 40 who find a code used up exactly one learns it', async () => {
    await put();
    await parallel(ALLOWED, () => charge());
    const reasons = await parallel(40, () => retire());
    expect(reasons.filter(Boolean)).toEqual(['exhausted']);
  });

  it('A14 a code is charged until the millisecond before it expires', async () => {
    await put();
    expect(await charge(EXPIRES_AT)).toBeUndefined();
    expect(await charge(EXPIRES_AT - 1)).toMatchObject({ attempts: 1 });
  });

  it('A14 of 40 who find a code expired exactly one learns it', async () => {
    await put();
    const reasons = await parallel(40, () => retire(EXPIRES_AT));
    expect(reasons.filter(Boolean)).toEqual(['expired']);
  });

  it('nothing is charged and nothing ends where there is no code, or one of another purpose', async () => {
    await put({ purpose: 'reset-password' });
    expect([await charge(), await retire()]).toEqual([undefined, undefined]);
  });

  it('a live code does not end', async () => {
    await put();
    await charge();
    expect(await retire()).toBeUndefined();
    expect(await charge()).toMatchObject({ attempts: 2 });
  });

  it('I1 a code that is replaced in the middle of a charge gives no guess away', async () => {
    const first = await put();
    let second: NewCode | undefined;
    const interrupted = counterOn({
      rows: async (statement) => {
        const rows = await db.rows(statement);
        second ??= await put();
        return rows;
      },
      affected: (statement) => db.affected(statement),
    });
    const charged = await interrupted.charge(key, ALLOWED, 0);

    const { id, attempts, replacedAttempts } = await row();
    expect(id).toBe(second?.id);
    // what is compared is what was charged, whichever of the two that is
    expect(charged?.mac).toBe(charged?.id === id ? second?.mac : first.mac);
    expect(charged?.id === id ? attempts : replacedAttempts).toBe(1);
  });

  it('S1.35, I1 a code that comes back has the guesses that it had', async () => {
    const first = await put({ requestedBy: 'somebody' });
    await charge();
    const second = await put();
    expect(await charge()).toMatchObject({ id: second.id, attempts: 1, requestedBy: null });
    await store.withdraw(key, second.id);
    expect(await charge()).toMatchObject({
      id: first.id,
      mac: first.mac,
      attempts: 2,
      requestedBy: 'somebody',
    });
  });
});
