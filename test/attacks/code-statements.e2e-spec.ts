import { randomUUID } from 'node:crypto';
import { PHONE_AUTH_ENTITIES, type PhoneAuthOptions } from 'nestjs-phone-auth';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  CodeStatements,
  CodeToResend,
  Guess,
  NewCode,
  SlotRequest,
} from '../../src/codes/code-statements.js';
import { CodeStore } from '../../src/codes/code-store.js';
import { type CodeKey, codeTable, isRowOf } from '../../src/codes/code-table.js';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { Ledger } from '../../src/codes/ledger.js';
import { stateTable } from '../../src/codes/ledger-sql.js';
import { PhoneAuthPhoneState } from '../../src/codes/phone-state.entity.js';
import { PortableCodeStatements } from '../../src/codes/portable-code-statements.js';
import { PostgresCodeStatements } from '../../src/codes/postgres-code-statements.js';
import { SqliteCodeStatements } from '../../src/codes/sqlite-code-statements.js';
import { LiveSettings } from '../../src/options/live-settings.js';
import type { GuessLimitOptions } from '../../src/options/options.js';
import { resolveConfig } from '../../src/options/resolve-config.js';
import { Database, type Queryable } from '../../src/persistence/database.js';
import { sql } from '../../src/persistence/sql.js';
import type { E164 } from '../../src/phone/e164.js';
import { freshNumber } from '../support/api.js';
import { databaseNames, makeDatabase, type TestDatabase } from '../support/platforms.js';
import { parallel } from '../support/served-app.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Too much for 32 bits, as every moment is. */
const START = 1_800_000_000_000;
const LIFETIME = 5 * MINUTE;
const ALLOWED = 3;

const implementations = databaseNames.flatMap((database) => [
  { database, Statements: PortableCodeStatements },
  ...(database === 'postgres' ? [{ database, Statements: PostgresCodeStatements }] : []),
  ...(database === 'sqlite' ? [{ database, Statements: SqliteCodeStatements }] : []),
]);

/** Messages without any limit, for what is about guesses. */
const GUESSES_ONLY: PhoneAuthOptions = { resendDelays: false, limits: { sends: false, pumping: false } };
const guessesOnly = (guesses: GuessLimitOptions, allowedAttempts = 10): PhoneAuthOptions => ({
  ...GUESSES_ONLY,
  allowedAttempts,
  limits: { ...GUESSES_ONLY.limits, guesses },
});

describe.each(implementations)('$Statements.name on $database', ({ database: name, Statements }) => {
  let database: TestDatabase;
  let source: DataSource;
  let db: Database;
  let key: CodeKey;
  let now: number;
  let statements: CodeStatements;
  let store: CodeStore;
  let ledger: Ledger;
  beforeAll(async () => {
    database = await makeDatabase(name);
    const options = { ...(database.options as DataSourceOptions), entities: PHONE_AUTH_ENTITIES };
    source = await new DataSource(options).initialize();
    db = new Database(source);
  });
  beforeEach(() => {
    key = { purpose: 'sign-in', phoneNumber: freshNumber() as E164 };
    now = START;
    use(GUESSES_ONLY);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  /** What the rest of a test runs with. */
  function use(options: PhoneAuthOptions): void {
    const config = resolveConfig({ secret: 'only for tests, and long enough for them', ...options });
    ledger = new Ledger(db, config, new LiveSettings(config));
    store = new CodeStore(db, ledger);
    statements = statementsOn(db);
  }
  const statementsOn = (queryable: Queryable): CodeStatements => {
    const tables = [queryable, codeTable(db), stateTable(db)] as const;
    if (Statements === PostgresCodeStatements) return new PostgresCodeStatements(...tables, ledger.limits);
    if (Statements === SqliteCodeStatements) return new SqliteCodeStatements(...tables, ledger.limits);
    return new PortableCodeStatements(...tables, ledger, db.dialect);
  };

  const newCode = (more: Partial<NewCode> = {}): NewCode => {
    const id = randomUUID();
    const rest = {
      mac: `mac of ${id}`,
      expiresAt: now + LIFETIME,
      requestedBy: null,
      sealed: `sealed ${id}`,
    };
    return { ...key, id, ...rest, ...more };
  };
  const put = (code: NewCode, request: Partial<SlotRequest> = {}, resend?: CodeToResend) =>
    statements.put(
      code,
      { holder: '', now, sentFrom: '', sendKey: '', messageId: code.id, ...request },
      resend,
    );
  /** A code whose message finds room. */
  const open = async (more: Partial<NewCode> = {}): Promise<NewCode> => {
    const code = newCode(more);
    if (!(await put(code))) throw new Error('there was no room for a message');
    return code;
  };
  const charge = (more: Partial<Guess> = {}) =>
    statements.charge({ ...key, holder: '', id: undefined, now, human: false, expiredToo: false, ...more });
  const retire = (id?: string) => store.retire({ ...key, id }, ALLOWED, now);
  const useUp = (id: string, holder = '') => statements.use({ ...key, holder }, id);
  const codeRow = () => source.getRepository(PhoneAuthCode).findOneByOrFail({ ...key });
  const state = (holder = '') =>
    source.getRepository(PhoneAuthPhoneState).findOneByOrFail({ phoneNumber: key.phoneNumber, holder });
  const states = () => source.getRepository(PhoneAuthPhoneState).countBy({ phoneNumber: key.phoneNumber });
  /** How many of so many guesses, one after the other and each at a code of its own, got through. */
  const fail = async (times: number, more: Partial<Guess> = {}): Promise<number> => {
    let through = 0;
    for (let n = 0; n < times; n += 1) {
      const code = newCode();
      await source.getRepository(PhoneAuthCode).save({ ...code, attempts: 0, messageId: code.id });
      if (await charge(more)) through += 1;
    }
    return through;
  };
  const granted = <T>(answers: readonly (T | undefined)[]): T[] =>
    answers.filter((answer) => answer !== undefined);

  describe('a code', () => {
    it('I1 a charge tells what it charged, and how often that was done', async () => {
      const { id, mac } = await open({ requestedBy: 'aB' });
      expect(await charge()).toMatchObject({ id, mac, attempts: 1, requestedBy: 'aB' });
      expect(await charge()).toMatchObject({ id, mac, attempts: 2 });
      expect((await codeRow()).attempts).toBe(2);
    });

    it('R9, A1, I1 of 40 parallel charges exactly the allowed number succeeds, and each is told its own count', async () => {
      await open();
      const charged = granted(await parallel(40, () => charge()));
      expect(charged).toHaveLength(ALLOWED);
      expect(new Set(charged.map(({ attempts }) => attempts))).toEqual(new Set([1, 2, 3]));
      expect((await codeRow()).attempts).toBe(ALLOWED);
    });

    it('A1 of 40 who find a code used up exactly one learns it', async () => {
      await open();
      await parallel(ALLOWED, () => charge());
      const reasons = await parallel(40, () => retire());
      expect(reasons.filter(Boolean)).toEqual(['exhausted']);
    });

    it('I1, S5.17 a code whose end was told stays dead where more guesses are allowed later', async () => {
      await open();
      await parallel(ALLOWED, () => charge());
      expect(await retire()).toBe('exhausted');
      use({ ...GUESSES_ONLY, allowedAttempts: 10 });
      expect(await charge()).toBeUndefined();
    });

    it('A14 a code is charged until the millisecond before it expires', async () => {
      const { expiresAt } = await open();
      expect(await charge({ now: expiresAt })).toBeUndefined();
      expect(await charge({ now: expiresAt - 1 })).toMatchObject({ attempts: 1 });
    });

    it('A14 of 40 who find a code expired exactly one learns it', async () => {
      ({ expiresAt: now } = await open());
      const reasons = await parallel(40, () => retire());
      expect(reasons.filter(Boolean)).toEqual(['expired']);
    });

    it('S2.18 where only its holder may learn that it has expired, a code is charged as long as it has guesses left', async () => {
      const { expiresAt, mac } = await open();
      now = expiresAt + DAY;
      const charged = granted(await parallel(40, () => charge({ expiredToo: true })));
      expect(charged).toHaveLength(ALLOWED);
      expect(charged[0]).toMatchObject({ mac, expiresAt });
      expect((await state()).failuresInARow).toBe(ALLOWED);
    });

    it('A17 nothing is charged and nothing ends where there is no code, or one of another purpose', async () => {
      await open({ purpose: 'reset-password' });
      expect([await charge(), await retire()]).toEqual([undefined, undefined]);
      expect((await state()).failuresInARow).toBe(0);
    });

    it('a live code does not end', async () => {
      await open();
      await charge();
      expect(await retire()).toBeUndefined();
      expect(await charge()).toMatchObject({ attempts: 2 });
    });

    it('R43 where the client is bound, a guess with the id of another code charges nothing and ends nothing', async () => {
      const old = await open();
      const present = await open();
      expect(await charge({ id: old.id })).toBeUndefined();
      expect((await codeRow()).attempts).toBe(0);
      expect((await state()).failuresInARow).toBe(0);

      for (let n = 0; n < ALLOWED; n += 1) expect(await charge({ id: present.id })).toBeDefined();
      expect(await retire(old.id)).toBeUndefined();
      expect(await retire(present.id)).toBe('exhausted');
    });

    it('I1 a code that is replaced in the middle of a charge gives no guess away', async () => {
      const first = await open();
      let second: NewCode | undefined;
      const interrupted = statementsOn({
        rows: async (statement) => {
          const rows = await db.rows(statement);
          second ??= await open();
          return rows;
        },
        affected: (statement) => db.affected(statement),
      });
      const guess: Guess = { ...key, holder: '', id: undefined, now, human: false, expiredToo: false };
      const charged = await interrupted.charge(guess);

      const { id, attempts, replacedAttempts } = await codeRow();
      expect(id).toBe(second?.id);
      // what is compared is what was charged, whichever of the two that is
      expect(charged?.mac).toBe(charged?.id === id ? second?.mac : first.mac);
      expect(charged?.id === id ? attempts : replacedAttempts).toBe(1);
    });

    it('S1.35, I1 a code that comes back has the guesses that it had', async () => {
      const first = await open({ requestedBy: 'somebody' });
      await charge();
      const second = await open();
      expect(await charge()).toMatchObject({ id: second.id, attempts: 1, requestedBy: null });
      await store.withdraw(key, second.id);
      const { id, mac } = first;
      expect(await charge()).toMatchObject({ id, mac, attempts: 2, requestedBy: 'somebody' });
      // the moment of the message is the other one's, which this code was not in
      expect(await store.carriedBy(second.id, key)).toBeUndefined();
    });

    it('R3, I2 of 40 parallel callers exactly one uses a code, and none a replaced one', async () => {
      const old = await open();
      const present = await open();
      expect(await useUp(old.id)).toBe(false);
      const used = await parallel(40, () => useUp(present.id));
      expect(used.filter(Boolean)).toHaveLength(1);
    });

    it('without any limit the ledger stays empty', async () => {
      use({ resendDelays: false, limits: { sends: false, guesses: false, pumping: false } });
      const { id } = await open();
      expect(await put(newCode({ id }))).toMatchObject({ nextSendAt: now });
      expect(granted(await parallel(40, () => charge()))).toHaveLength(ALLOWED);
      expect(await useUp(id)).toBe(true);
      expect(await states()).toBe(0);
    });
  });

  describe('a code that is sent again', () => {
    const anyLive = (): CodeToResend => ({ endsFrom: now + MINUTE, id: undefined });
    const resend = async (code = newCode(), which = anyLive()) => {
      const slot = await put(code, {}, which);
      if (!slot) throw new Error('there was no room for a message');
      return slot.resent;
    };

    it('I1 is told as it is and stays as it is: its guesses, its end, and what it replaced', async () => {
      const before = await open();
      const { id, sealed, expiresAt } = await open();
      await charge();
      now += MINUTE;
      const message = newCode();
      expect(await resend(message)).toEqual({ id, sealed, expiresAt });
      expect(await codeRow()).toMatchObject({
        id,
        attempts: 1,
        expiresAt,
        sealed,
        replacedId: before.id,
        messageId: message.id,
      });
    });

    it.each<[string, (code: NewCode) => Promise<NewCode>]>([
      ['there is none', async (code) => code],
      ['it was used', async (code) => (await useUp((await open()).id), code)],
      [
        'its guesses are used up',
        async (code) => (await open(), await parallel(ALLOWED, () => charge()), code),
      ],
      ['it is about to end', async (code) => (await open({ expiresAt: now + MINUTE - 1 }), code)],
      ['it was not kept', async (code) => (await open({ sealed: null }), code)],
      ['nobody signed in asked for it', async (code) => (await open(), { ...code, requestedBy: 'ada' })],
      ['somebody else asked for it', async (code) => (await open({ requestedBy: 'bob' }), code)],
      ['it is for another purpose', async (code) => (await open({ purpose: 'reset-password' }), code)],
    ])('S2.6, S2.21 is a new one where %s', async (_, prepare) => {
      const code = await prepare(newCode());
      expect(await resend(code)).toBeUndefined();
      const { id, sealed, requestedBy } = code;
      expect(await codeRow()).toMatchObject({ id, attempts: 0, sealed, requestedBy, messageId: id });
    });

    it('A14 is sent again until the millisecond that it has to be good for', async () => {
      const { id } = await open({ expiresAt: now + MINUTE });
      expect(await resend()).toMatchObject({ id });
    });

    it('R43 is a new one where the client is bound to another', async () => {
      const { id } = await open();
      expect(await resend(newCode(), { ...anyLive(), id })).toMatchObject({ id });
      expect(await resend(newCode(), { ...anyLive(), id: randomUUID() })).toBeUndefined();
      expect((await codeRow()).id).not.toBe(id);
    });

    it('R24, R25 counts as a message, and is none where there is no room for one', async () => {
      use({ resendDelays: false });
      const { id } = await open();
      const slots = await parallel(40, () => put(newCode(), {}, anyLive()));
      expect(granted(slots).map((slot) => slot.resent?.id)).toEqual(Array.from({ length: 4 }, () => id));
      expect(await state()).toMatchObject({ hourSends: 5, sendsInARow: 5 });
    });

    it('I1, R9 40 resends beside 40 guesses give no guess more, and none is lost', async () => {
      const { id } = await open();
      const answers = await parallel(80, async (n) =>
        n % 2 ? charge() : void (await put(newCode(), {}, anyLive())),
      );
      const own = granted(answers).filter((charged) => charged.id === id);
      expect(own).toHaveLength(ALLOWED);
      // once the guesses were used up, messages carry a new code, which has guesses of its own
      const row = await codeRow();
      expect(row.id === id ? row.attempts : row.replacedAttempts).toBeLessThanOrEqual(ALLOWED);
    });

    it('I2, R3 of 40 who use it while it is sent again exactly one does', async () => {
      const { id } = await open();
      const used = await parallel(40, async (n) =>
        n % 2 ? useUp(id) : void (await put(newCode(), {}, anyLive())),
      );
      expect(used.filter(Boolean)).toHaveLength(1);
    });

    it('S1.35 stays where its first message fails after it went out in another', async () => {
      await open();
      const { id } = await open();
      await resend();
      await store.withdraw(key, id);
      expect(await codeRow()).toMatchObject({ id });
    });

    it('S1.35 what comes back in place of a failed one is not sent again, and neither is what was told to be over', async () => {
      const { id } = await open();
      const second = await open();
      await store.withdraw(key, second.id);
      expect(await codeRow()).toMatchObject({ id, sealed: null, messageId: id });
      expect(await resend()).toBeUndefined();

      now += LIFETIME;
      expect(await retire()).toBe('expired');
      expect((await codeRow()).sealed).toBeNull();
    });

    it('without any limit is told as well', async () => {
      use({ resendDelays: false, limits: { sends: false, guesses: false, pumping: false } });
      const { id } = await open();
      expect(await resend()).toMatchObject({ id });
      expect(await states()).toBe(0);
    });
  });

  describe('room for messages', () => {
    it('A26, R23 of 40 parallel first messages one finds room, and the code is its own', async () => {
      use({});
      const codes = Array.from({ length: 40 }, () => newCode());
      const slots = await Promise.all(codes.map((code) => put(code)));

      expect(granted(slots)).toMatchObject([{ nextSendAt: now + 30 * SECOND }]);
      expect((await codeRow()).id).toBe(codes[slots.findIndex(Boolean)]?.id);
      expect(await state()).toMatchObject({ hourSends: 1, daySends: 1, sendsInARow: 1 });
    });

    it('A26, R23 of 40 parallel messages after the delay one finds room', async () => {
      use({});
      await open();
      now += 30 * SECOND;
      const slots = await parallel(40, () => put(newCode()));
      expect(granted(slots)).toMatchObject([{ nextSendAt: now + 40 * SECOND }]);
    });

    it('A26, R25 of 40 parallel messages without delays as many find room as the hour holds', async () => {
      use({ resendDelays: false });
      expect(granted(await parallel(40, () => put(newCode())))).toHaveLength(5);
    });

    it('R23 a message for which there is no room leaves the code and its guesses as they were', async () => {
      use({});
      const { id } = await open();
      await charge();
      const before = await state();
      expect(await put(newCode())).toBeUndefined();
      expect(await codeRow()).toMatchObject({ id, attempts: 1 });
      expect(await state()).toEqual(before);
    });

    it('R23, A14 the delays grow, end at their millisecond, and begin anew after an hour of rest', async () => {
      use({ limits: { sends: false } });
      for (const delay of [30, 40, 60, 90, 120, 120, 120]) {
        expect(await put(newCode())).toMatchObject({ nextSendAt: now + delay * SECOND });
        now += delay * SECOND;
        expect(await put(newCode(), { now: now - 1 })).toBeUndefined();
      }
      now += HOUR - 120 * SECOND - 1;
      expect(await put(newCode())).toMatchObject({ nextSendAt: now + 120 * SECOND });
      now += HOUR;
      expect(await put(newCode())).toMatchObject({ nextSendAt: now + 30 * SECOND });
    });

    it('R25, A14 an hour holds so many messages, from its first on, and the next one as many again', async () => {
      use({ resendDelays: false, limits: { sends: { perHour: 3, inARow: 100, perDay: 100 } } });
      const first = now;
      const send = async (at: number) => (await put(newCode(), { now: at })) !== undefined;
      for (const from of [first, first + HOUR]) {
        for (const later of [0, MINUTE, HOUR - 1]) expect(await send(from + later)).toBe(true);
        expect(await send(from + HOUR - 1)).toBe(false);
      }
    });

    it('R25, A14 a day holds so many messages, from its first on, and the next one as many again', async () => {
      use({ resendDelays: false, limits: { sends: { perDay: 3, inARow: 100, perHour: 100 } } });
      const first = now;
      const send = async (at: number) => (await put(newCode(), { now: at })) !== undefined;
      for (const from of [first, first + DAY]) {
        for (const later of [0, HOUR, DAY - 1]) expect(await send(from + later)).toBe(true);
        expect(await send(from + DAY - 1)).toBe(false);
      }
    });

    it('R24, A14 so many messages go out in a row: until a code is used, or after an hour of rest', async () => {
      use({ resendDelays: false, limits: { sends: { inARow: 2, perHour: 100, perDay: 100 } } });
      await open();
      const { id } = await open();
      expect(await put(newCode())).toBeUndefined();
      await useUp(id);
      await open();
      await open();
      now += HOUR - 1;
      expect(await put(newCode())).toBeUndefined();
      now += 1;
      expect(await put(newCode())).toBeDefined();
    });

    it('R15 a known device finds room where strangers have used up theirs, and the other way round', async () => {
      use({});
      await open();
      expect(await put(newCode())).toBeUndefined();
      expect(await put(newCode(), { holder: 'phone of the owner' })).toBeDefined();
      now += 30 * SECOND;
      await open();
      expect(await put(newCode(), { holder: 'phone of the owner', now: now - 1 })).toBeUndefined();
      expect(await states()).toBe(2);
    });

    it('R11, R16 a number that waits gets no message, and one that is disabled none ever', async () => {
      use(guessesOnly({ waits: [60], inARow: 2 }, 1));
      await open();
      await charge();
      await open();
      await charge();
      expect(await put(newCode())).toBeUndefined();
      now += 365 * DAY;
      expect(await put(newCode())).toBeUndefined();
      await ledger.enable(key.phoneNumber);
      expect(await put(newCode())).toBeDefined();
    });

    it('R30, R35 the row remembers whom and what the last message was for', async () => {
      use({});
      await put(newCode(), { sentFrom: '203.0.113.7', sendKey: 'f'.repeat(64) });
      expect(await state()).toMatchObject({ sentFrom: '203.0.113.7', sendKey: 'f'.repeat(64), sentAt: now });
      expect(await charge()).toMatchObject({ messages: 1, sentFrom: '203.0.113.7' });
    });

    it('R23 messages and guesses at the same time are all answered', async () => {
      use(guessesOnly({ perHour: 100, perDay: 100, inARow: 100, waits: [0] }));
      await open();
      const answers = await parallel<object | undefined>(30, (n) => (n % 3 ? charge() : put(newCode())));
      expect(granted(answers).length).toBeGreaterThanOrEqual(10);
    });

    if (name === 'postgres')
      describe('where one statement locks two rows', () => {
        it('R23 a message that waits for a guess leaves the number to the guess', async () => {
          await open();
          const { c, s } = { c: codeTable(db), s: stateTable(db) };
          let message: Promise<unknown> = Promise.resolve();
          await db.transaction(async (guess) => {
            await guess.rows(sql`SELECT 1 FROM ${c.table} WHERE ${isRowOf(c, key)} FOR UPDATE`);
            message = put(newCode());
            await expect
              .poll(() =>
                db.rows(sql`
            SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE ${`%${c.table.text}%`}`),
              )
              .toHaveLength(1);
            await guess.rows(
              sql`SELECT 1 FROM ${s.table} WHERE ${s.phoneNumber} = ${key.phoneNumber} FOR UPDATE NOWAIT`,
            );
          });
          expect(await message).toBeDefined();
        });
      });
  });

  describe('the failures of a number', () => {
    it('R10 a charge counts for the code and its number together', async () => {
      await open();
      expect(await charge()).toMatchObject({ attempts: 1, failuresInARow: 1 });
      await open();
      expect(await charge()).toMatchObject({ attempts: 1, failuresInARow: 2 });
      expect(await state()).toMatchObject({ failuresInARow: 2, hourFailures: 2, dayFailures: 2 });
    });

    it('R10, A6, A7 200 parallel charges over two purposes are as many as the number allows', async () => {
      use(guessesOnly({ perHour: 7, waits: [0] }));
      await open();
      await open({ purpose: 'reset-password' });
      const answers = await parallel(200, (n) => charge({ purpose: n % 2 ? 'sign-in' : 'reset-password' }));
      expect(granted(answers)).toHaveLength(7);
      expect(await state()).toMatchObject({ hourFailures: 7, failuresInARow: 7 });
    });

    it('R10, R15 of 40 parallel first guesses of a device that never asked for a code all are counted', async () => {
      use(guessesOnly({ perHour: 6, waits: [0] }));
      await open();
      const holder = 'phone of the owner';
      expect(granted(await parallel(40, () => charge({ holder })))).toHaveLength(6);
      expect(await state(holder)).toMatchObject({ hourFailures: 6, dayFailures: 6, failuresInARow: 6 });
      expect(await state()).toMatchObject({ hourFailures: 0, failuresInARow: 0 });
    });

    it('R16, A14 the waits grow and end at their millisecond', async () => {
      use(guessesOnly({ perHour: 100, perDay: 100, waits: [30, 60, 3_600] }, 3));
      const waits = [];
      for (let n = 0; n < 7; n += 1) {
        await fail(1);
        // no wait is no moment: a process whose clock is behind would wait for it
        const lockedUntil = (await state()).lockedUntil || now;
        waits.push((lockedUntil - now) / SECOND);
        const early = lockedUntil > now ? await fail(1, { now: lockedUntil - 1 }) : 0;
        expect(early).toBe(0);
        now = lockedUntil;
      }
      expect(waits).toEqual([0, 0, 0, 30, 60, 3_600, 3_600]);
    });

    it('R16 of 40 parallel guesses after a wait one is compared', async () => {
      use(guessesOnly({ waits: [60] }, 3));
      expect(await fail(5)).toBe(4);
      now += 60 * SECOND;
      await open();
      expect(granted(await parallel(40, () => charge()))).toHaveLength(1);
    });

    it('R10, A14 an hour holds so many failures, from its first on, and the next one as many again', async () => {
      use(guessesOnly({ perHour: 3, waits: [0] }));
      expect(await fail(5)).toBe(3);
      now += HOUR - 1;
      expect(await fail(1)).toBe(0);
      now += 1;
      expect(await fail(5)).toBe(3);
    });

    it('R10 a human is let past the hour, and not past the day', async () => {
      use(guessesOnly({ perHour: 2, perDay: 5, waits: [0] }));
      expect(await fail(3)).toBe(2);
      expect(await fail(5, { human: true })).toBe(3);
      expect(await state()).toMatchObject({ hourFailures: 5, dayFailures: 5 });
    });

    it('R10, A14 a day holds so many failures, from its first on, and the next one as many again', async () => {
      use(guessesOnly({ perDay: 3, waits: [0] }));
      expect(await fail(5, { human: true })).toBe(3);
      now += DAY - 1;
      expect(await fail(1, { human: true })).toBe(0);
      now += 1;
      expect(await fail(5, { human: true })).toBe(3);
    });

    it('R11 so many failures in a row disable the number, whatever time passes and whoever asks', async () => {
      use(guessesOnly({ perDay: 100, perHour: 100, inARow: 4, waits: [0] }));
      expect(await fail(3)).toBe(3);
      now += 400 * DAY;
      expect(await fail(3)).toBe(1);
      now += 400 * DAY;
      expect(await fail(1, { human: true })).toBe(0);
      await ledger.enable(key.phoneNumber);
      expect(await fail(1)).toBe(1);
    });

    it.each([
      ['the hour', { perHour: 2, waits: [0] }],
      ['the day', { perDay: 2, waits: [0] }],
      ['a wait', { waits: [60] }],
      ['the row', { inARow: 2, waits: [0] }],
    ])('R10, R15 a guess that %s refuses leaves the code its guesses', async (_, guesses) => {
      use(guessesOnly(guesses, 2));
      await open();
      await charge();
      await charge();
      use(guessesOnly(guesses, 3));
      await ledger.enable(key.phoneNumber);
      await source.getRepository(PhoneAuthPhoneState).update(
        { phoneNumber: key.phoneNumber },
        {
          failuresInARow: 2,
          hourFailures: 2,
          dayFailures: 2,
          lockedUntil: 'waits' in guesses && guesses.waits[0] ? now + MINUTE : 0,
        },
      );
      expect(await charge()).toBeUndefined();
      expect((await codeRow()).attempts).toBe(2);
    });

    it('R10 a success ends the failures, for exactly one of 40 callers, and leaves the messages counted', async () => {
      use({ limits: { guesses: { waits: [60] } }, allowedAttempts: 1 });
      const { id } = await open();
      await charge();
      expect(await state()).toMatchObject({ failuresInARow: 1, hourFailures: 1 });
      expect((await parallel(40, () => useUp(id))).filter(Boolean)).toHaveLength(1);
      expect(await state()).toMatchObject({
        failuresInARow: 0,
        hourFailures: 0,
        dayFailures: 0,
        lockedUntil: 0,
        sendsInARow: 0,
        nextSendAt: 0,
        hourSends: 1,
        daySends: 1,
      });
    });

    it('R10 whoever did not use the code ends nothing', async () => {
      await open();
      await charge();
      expect(await useUp(randomUUID())).toBe(false);
      expect(await state()).toMatchObject({ failuresInARow: 1, hourFailures: 1 });
    });

    it('R11, R15 a known device that proves the number ends the row of strangers, and not their hour or day', async () => {
      use(guessesOnly({ inARow: 2, waits: [0] }));
      const { id } = await open();
      await fail(2);
      await source.getRepository(PhoneAuthCode).update({ ...key }, { id });
      expect(await charge()).toBeUndefined();
      expect(await charge({ holder: 'phone of the owner' })).toMatchObject({ failuresInARow: 1 });
      expect(await useUp(id, 'phone of the owner')).toBe(true);
      expect(await state()).toMatchObject({ failuresInARow: 0, hourFailures: 2, dayFailures: 2 });
      expect(await state('phone of the owner')).toMatchObject({ failuresInARow: 0, hourFailures: 0 });
    });

    it('R15 a stranger who proves the number leaves the failures of a known device', async () => {
      const { id } = await open();
      await charge({ holder: 'phone of the owner' });
      expect(await useUp(id)).toBe(true);
      expect(await state('phone of the owner')).toMatchObject({ failuresInARow: 1, hourFailures: 1 });
    });
  });
});
