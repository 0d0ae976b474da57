import { performance } from 'node:perf_hooks';
import { kavachos } from 'nestjs-phone-auth';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from '../../src/persistence/sql.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { indexOf, statementsOf } from '../support/explained.js';
import { databaseNames } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const FEW = 10;
const MANY = 100_000;
const PAIRS = 24;

/** Reading the whole table takes three to five times as long here; what a busy machine does to two medians is less. */
const ROOM = 2.5;

const DIGITS = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS n`).join(' UNION ALL ');

const numberOf = (user: number) => `+1310${2_000_000 + user}`;

/** In one statement that all databases know: one for each user, or a list of them, would take longer than the test. */
const fill = (source: DataSource, users: number) =>
  source.query(`
    INSERT INTO ${source.getMetadata(PhoneAuthUser).tablePath}
      (id, name, email_verified, phone_number, phone_number_verified, created_at, updated_at)
    WITH digit AS (${DIGITS}),
      user_number AS (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
        FROM digit AS a, digit AS b, digit AS c, digit AS d, digit AS e)
    SELECT concat('user-', n), 'Ada', false, concat('+1310', 2000000 + n), true, 0, 0
    FROM user_number WHERE n < ${users}`);

describe.each(databaseNames)('the number of users on %s', (database) => {
  const apps: ServedApp[] = [];
  const start = async (users: number) => {
    const served = await ServedApp.on(
      { adapter: 'express', database, name: database },
      { options: { ...kavachos({ onSendCode: () => {} }), session: { strategy: 'token-pair' } } },
    );
    apps.push(served);
    await fill(served.dataSource, users);
    expect(await served.dataSource.getRepository(PhoneAuthUser).count()).toBe(users);
    return served;
  };
  let few: ServedApp;
  let many: ServedApp;
  beforeAll(async () => {
    few = await start(FEW);
    many = await start(MANY);
  }, 60_000);
  afterAll(() => Promise.all(apps.map((served) => served.close())));

  const verify = async (served: ServedApp, phone: string) => {
    const code = await served.codeFor(phone);
    const start = performance.now();
    const { status } = await served.http.post('/phone/verify-code', { phone, code });
    const took = performance.now() - start;
    expect(status).toBe(200);
    return took;
  };

  it('S2.30, 8.18 does not change the time of a verify, from 10 to 100 000', async () => {
    const times: { few: number; many: number }[] = [];
    for (let pair = -5; pair < PAIRS; pair += 1) {
      const ofFew = () => verify(few, numberOf(Math.abs(pair) % FEW));
      // scattered over the whole table
      const ofMany = () => verify(many, numberOf((Math.abs(pair) * 61_813) % MANY));
      // in both orders, so that neither always comes second
      const [first, second] = pair % 2 ? [await ofFew(), await ofMany()] : [await ofMany(), await ofFew()];
      const seen = pair % 2 ? { few: first, many: second } : { few: second, many: first };
      if (pair >= 0) times.push(seen);
    }
    const median = (of: 'few' | 'many') =>
      times.map((pair) => pair[of]).toSorted((a, b) => a - b)[PAIRS / 2] ?? 0;
    console.log(
      `verify on ${database}: median ${median('few').toFixed(2)} ms among ${FEW} users, ${median('many').toFixed(2)} ms among ${MANY}`,
    );
    expect(median('many') / median('few')).toBeLessThan(ROOM);
  }, 60_000);

  it('S2.30, 8.18 every statement of a sign-in and of a session finds its rows by an index', async () => {
    const phone = numberOf(77);
    let refreshToken: string | undefined;
    const statements = await statementsOf(async () => {
      for (const path of ['/phone-number/verify', '/phone/verify-code']) {
        const code = await many.codeFor(phone);
        const { headers } = await many.http.post(path, { phoneNumber: phone, code });
        const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
        expect((await many.http.get('/get-session', { cookie })).body.user?.phoneNumber).toBe(phone);
      }
      const { body } = await many.verify(phone, await many.codeFor(phone));
      refreshToken = (body as { refreshToken?: string }).refreshToken;
      expect((await many.http.post('/refresh', { refreshToken })).status).toBe(200);
    });
    // what is looked up has to be there, or the planner ends before it chooses an index
    await many.codeFor(phone);

    const textOf = (statement: Sql) => statement.compile(() => '?').text;
    const lookUps = statements.filter((statement) => !/^\s*INSERT/.test(textOf(statement)));
    for (const statement of lookUps) {
      expect(await indexOf(many.dataSource, database, statement), textOf(statement)).toBeDefined();
    }
    const asked = lookUps.map(textOf).join(' ');
    for (const table of ['code', 'phone_state', 'user', 'session', 'refresh_token']) {
      expect(asked).toContain(`phone_auth_${table}`);
    }
  });
});
