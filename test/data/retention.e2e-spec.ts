import { randomUUID } from 'node:crypto';
import { PhoneAuthService } from 'nestjs-phone-auth';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { PhoneAuthPhoneState } from '../../src/codes/phone-state.entity.js';
import { PhoneAuthQuota } from '../../src/limits/quota.entity.js';
import { PhoneAuthSendStat } from '../../src/limits/send-stat.entity.js';
import { Database } from '../../src/persistence/database.js';
import { sql } from '../../src/persistence/sql.js';
import { PhoneAuthRefreshToken } from '../../src/sessions/refresh-token.entity.js';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { PhoneAuthTicket } from '../../src/sessions/ticket.entity.js';
import { PhoneAuthEarlyReceipt } from '../../src/sms/early-receipt.entity.js';
import { PhoneAuthMessage } from '../../src/sms/message.entity.js';
import { PhoneAuthWebhookDelivery } from '../../src/webhooks/webhook-delivery.entity.js';
import { freshNumber } from '../support/api.js';
import { indexOf, statementsOf } from '../support/explained.js';
import { databaseNames } from '../support/platforms.js';
import { parallel, ServedApp } from '../support/served-app.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** What makes a row old, or another one; the rest of its columns is filled when it is inserted. */
const code = (expiresAt: number, more: object = {}) => ({
  purpose: 'sign-in',
  phoneNumber: freshNumber(),
  id: randomUUID(),
  expiresAt,
  ...more,
});
const state = (more: object) => ({ phoneNumber: freshNumber(), holder: '', ...more });
const message = (createdAt: number) => ({ id: randomUUID(), createdAt });
const session = (expiresAt: number) => ({ id: randomUUID(), tokenHash: randomUUID(), expiresAt });
const statistics = (hour: number, country = 'US') => ({ hour, country });
const ticket = (expiresAt: number) => ({ tokenHash: randomUUID(), expiresAt });
const refreshToken = (expiresAt: number) => ({ id: randomUUID(), tokenHash: randomUUID(), expiresAt });
const earlyReceipt = (createdAt: number) => ({ reference: randomUUID(), createdAt });
const webhook = (createdAt: number) => ({ id: randomUUID(), createdAt });
const quota = (endsAt: number) => ({ key: randomUUID(), endsAt });

describe.each(databaseNames)('3.7 old rows on %s', (database) => {
  let served: ServedApp;
  let service: PhoneAuthService;
  beforeAll(async () => {
    served = await ServedApp.on(
      { adapter: 'express', database, name: database },
      { options: { limits: { storage: 'database' }, retention: { every: false } } },
    );
    service = served.t.app.get(PhoneAuthService);
  });
  beforeEach(async () => {
    for (const { target } of served.dataSource.entityMetadatas)
      await served.dataSource.getRepository(target).createQueryBuilder().delete().execute();
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => served.close());

  const insert = async <Row extends ObjectLiteral>(entity: EntityTarget<Row>, rows: object[]) => {
    const repository = served.dataSource.getRepository(entity);
    const { columns } = repository.metadata;
    const needed = columns.filter((column) => !column.isNullable && column.default === undefined);
    const empty = Object.fromEntries(
      needed.map(({ propertyName, type }) => [propertyName, type === 'varchar' || type === 'text' ? '' : 0]),
    );
    const whole: object[] = rows.map((row) => ({ ...empty, ...row }));
    for (let from = 0; from < whole.length; from += 400)
      await repository.insert(whole.slice(from, from + 400));
  };
  const count = (entity: EntityTarget<ObjectLiteral>) => served.dataSource.getRepository(entity).count();

  it.each([
    ['code', PhoneAuthCode, 1, code],
    ['message', PhoneAuthMessage, 7, message],
    ['session', PhoneAuthSession, 30, session],
    ['sendStat', PhoneAuthSendStat, 35, statistics],
    ['phoneState', PhoneAuthPhoneState, 30, (sentAt: number) => state({ sentAt, hourSends: 3, daySends: 3 })],
  ] as const)(
    'a row of %s goes when its time is over, and not a millisecond before',
    async (name, entity, days, row) => {
      const over = served.t.clock.now() - days * DAY;
      await insert<ObjectLiteral>(entity, [row(over), row(over + 1)]);
      expect((await service.cleanup())[name]).toBe(1);
      expect(await count(entity)).toBe(1);
      served.t.clock.advance({ milliseconds: 1 });
      expect((await service.cleanup())[name]).toBe(1);
      expect(await count(entity)).toBe(0);
    },
  );

  it.each([
    ['quota', PhoneAuthQuota, quota],
    ['ticket', PhoneAuthTicket, ticket],
    ['refreshToken', PhoneAuthRefreshToken, refreshToken],
  ] as const)('a row of %s goes a minute after its end', async (name, entity, row) => {
    const over = served.t.clock.now() - 60_000;
    await insert<ObjectLiteral>(entity, [row(over), row(over + 1)]);
    expect(await service.cleanup()).toMatchObject({ [name]: 1 });
    expect(await count(entity)).toBe(1);
  });

  it('R11 a number with wrong codes in a row stays, however old, and so does one that was guessed at lately', async () => {
    const over = served.t.clock.now() - 30 * DAY;
    const kept = [
      state({ failuresInARow: 49, sentAt: over - 300 * DAY }),
      state({ hourFailuresFrom: over + 1, sentAt: over }),
      // the hour before that moment may have had its last failure after it
      state({ hourFailuresFrom: over - HOUR + 1 }),
      state({ holder: 'a device', failuresInARow: 1 }),
    ];
    const gone = [state({ hourFailuresFrom: over - HOUR, sentAt: over }), state({ holder: 'a device' })];
    await insert(PhoneAuthPhoneState, [...kept, ...gone]);
    expect(await service.cleanup()).toMatchObject({ phoneState: 2 });
    const left = await served.rows(PhoneAuthPhoneState);
    expect(left.map((row) => row.phoneNumber).sort()).toEqual(kept.map((row) => row.phoneNumber).sort());
  });

  it('what people have to do with now is not touched', async () => {
    const { bearer, phoneNumber } = await served.signIn();
    const pending = await served.codeFor(phoneNumber);
    await served.t.settled();
    await service.cleanup();
    expect((await served.http.get('/get-session', bearer)).status).toBe(200);
    expect((await served.verify(phoneNumber, pending)).status).toBe(200);
  });

  const MANY = 620;
  const tables: [name: string, entity: EntityTarget<ObjectLiteral>, row: (n: number) => object][] = [
    ['code', PhoneAuthCode, (n) => code(0, n % 2 ? {} : { purpose: 'reset-password' })],
    ['message', PhoneAuthMessage, () => message(0)],
    ['earlyReceipt', PhoneAuthEarlyReceipt, () => earlyReceipt(0)],
    ['webhookDelivery', PhoneAuthWebhookDelivery, () => webhook(0)],
    ['session', PhoneAuthSession, () => session(0)],
    ['ticket', PhoneAuthTicket, () => ticket(0)],
    ['refreshToken', PhoneAuthRefreshToken, () => refreshToken(0)],
    ['sendStat', PhoneAuthSendStat, (n) => statistics(n * HOUR)],
    ['quota', PhoneAuthQuota, () => quota(0)],
  ];
  const many = async (total = MANY) => {
    for (const [, entity, row] of tables)
      await insert(
        entity,
        Array.from({ length: total }, (_, n) => row(n)),
      );
    // one number in three has a device as well, and one in ten stays
    await insert(
      PhoneAuthPhoneState,
      Array.from({ length: total }, (_, n) => n).flatMap((n) => {
        const number = state({ failuresInARow: n % 10 ? 0 : 1 });
        return n % 3 ? [number] : [number, { ...number, holder: randomUUID() }];
      }),
    );
  };
  const ROWS_OF_NUMBERS = MANY + Math.ceil(MANY / 3);
  const STAYING = Math.ceil(MANY / 10) + Math.ceil(MANY / 30);

  it('they go 500 at most at once, each statement by an index', async () => {
    await many();
    const statements = await statementsOf(() => service.cleanup());
    for (const [name, entity] of tables) expect([name, await count(entity)]).toEqual([name, 0]);
    expect(await count(PhoneAuthPhoneState)).toBe(STAYING);

    await many(100);
    for (const statement of statements) {
      const { text, values } = statement.compile(() => '?');
      expect(values.length).toBeLessThan(1_020);
      expect([text, await indexOf(served.dataSource, database, statement)]).toEqual([
        text,
        expect.any(String),
      ]);
    }
    const { table, updatedAt } = served.t.app
      .get(Database, { strict: false })
      .names(PhoneAuthMessage, ['updatedAt']);
    const scan = sql`DELETE FROM ${table} WHERE ${updatedAt} <= ${0}`;
    expect(await indexOf(served.dataSource, database, scan)).toBeUndefined();
    expect(statements.length).toBeGreaterThan((tables.length + 1) * 2);
  });

  it('several processes may do so at once: each row goes once, and nobody fails', async () => {
    await many();
    const reports = await parallel(4, () => service.cleanup());
    const removed = (name: string) => reports.reduce((sum, report) => sum + (report[name] ?? 0), 0);
    expect(tables.map(([name]) => removed(name))).toEqual(tables.map(() => MANY));
    await service.cleanup();
    expect(await count(PhoneAuthPhoneState)).toBe(STAYING);
    expect(removed('phoneState')).toBeLessThanOrEqual(ROWS_OF_NUMBERS - STAYING);
  });

  it('a code that replaces an old one between the look and the delete stays', async () => {
    const old = code(0);
    await insert(PhoneAuthCode, [old]);
    const db = served.t.app.get(Database, { strict: false });
    const affected = db.affected.bind(db);
    vi.spyOn(db, 'affected').mockImplementationOnce(async (statement) => {
      await served.dataSource
        .getRepository(PhoneAuthCode)
        .update({ id: old.id }, { expiresAt: served.t.clock.now() + HOUR });
      return affected(statement);
    });
    expect(await service.cleanup()).toMatchObject({ code: 0 });
    expect(await served.rows(PhoneAuthCode)).toHaveLength(1);
  });

  it('requests are answered while they go', async () => {
    await insert(
      PhoneAuthMessage,
      Array.from({ length: 2_500 }, () => message(0)),
    );
    let cleaned = false;
    const cleaning = service.cleanup().then(() => (cleaned = true));
    const { status } = await served.http.get('/get-session', { authorization: `Bearer ${'x'.repeat(43)}` });
    expect([status, cleaned]).toEqual([200, false]);
    await cleaning;
    expect(await count(PhoneAuthMessage)).toBe(0);
  });
});
