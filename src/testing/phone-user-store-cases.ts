import { randomInt, randomUUID } from 'node:crypto';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { Database } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { PhoneAuthService } from '../phone-auth.service.js';
import { Sessions } from '../sessions/sessions.js';
import { type NewPhoneUser, type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';

/**
 * An application with a store of users in it.
 *
 * @publicApi
 */
export interface PhoneUserStoreSubject {
  /** The application, initialised; its tables are written to. */
  readonly app: Pick<INestApplicationContext, 'get'>;
  /** A number in E.164 form that nobody has yet. @default one of Washington, D.C. */
  readonly freshNumber?: () => string;
}

/** @publicApi */
export interface PhoneUserStoreCase {
  /** What holds. */
  readonly name: string;
  /** @throws Error in words, where it does not hold */
  readonly check: (subject: PhoneUserStoreSubject) => Promise<void>;
}

/** As many at once as a pool of ten connections lets through together, and some. */
const CROWD = 12;

/**
 * What every store of users keeps to, ours and yours: one number has one account whatever races, what is taken is said with
 * `null`, a rollback takes back everything, and an id is a text that finds its user again. The cases need no test runner:
 * they throw.
 *
 * @example
 * ```ts
 * // Vitest, Jest and node:test alike
 * describe('AcmeUserStore', () => {
 *   let t: TestApp;
 *   beforeAll(async () => (t = await createTestApp({ module: AppModule })));
 *   afterAll(() => t.close());
 *
 *   for (const { name, check } of phoneUserStoreCases) it(name, () => check({ app: t.app }));
 * });
 * ```
 * @publicApi
 */
export const phoneUserStoreCases: readonly PhoneUserStoreCase[] = [
  of('a new account is found by its number and by its id', async ({ store, create }) => {
    for (const phoneNumberVerified of [true, false]) {
      const user = await create({ phoneNumberVerified });
      demand(typeof user.id === 'string' && user.id !== '', `the id is ${inspect(user.id)}, and no text`);
      same(user.phoneNumberVerified, phoneNumberVerified, 'the flag');
      same(await store.findById(user.id), user, 'the account by its id');
      same(await store.findByPhoneNumber(numberOf(user)), user, 'the account by its number');
    }
  }),
  of('nobody is found by what nobody has', async ({ store, fresh }) => {
    same(await store.findByPhoneNumber(fresh()), null, 'the account of a fresh number');
    for (const id of ['', '0', '999999999', 'nobody', randomUUID(), "'; --"]) {
      same(await store.findById(id), null, `the account with the id ${id}`);
      same(await store.update(id, { phoneNumberVerified: true }), null, `what became of the id ${id}`);
    }
  }),
  of('a number that is taken makes no second account', async ({ store, create, newUser }) => {
    const first = await create();
    same(await store.create(newUser({ phoneNumber: numberOf(first) })), null, 'the second account');
    same(await store.findByPhoneNumber(numberOf(first)), first, 'the first account');
  }),
  of('of many sign-ups with one number at once, one makes an account', async ({ store, newUser }) => {
    const user = newUser();
    const made = await crowd(() => store.create(user));
    const accounts = made.filter((one) => one !== null);
    same(accounts.length, 1, 'the accounts that were made');
    same(await store.findByPhoneNumber(user.phoneNumber), accounts[0], 'the account');
  }),
  of('the same in transactions that go on to do more', async ({ store, newUser, transaction }) => {
    const user = newUser();
    const made = await crowd(() =>
      transaction(async (open) => {
        const one = await store.create(user, open);
        return one && store.update(one.id, { phoneNumberVerified: false }, open);
      }),
    );
    const accounts = made.filter((one) => one !== null);
    same(accounts.length, 1, 'the accounts that were made');
    same(await store.findByPhoneNumber(user.phoneNumber), accounts[0], 'the account');
  }),
  of('a transaction that fails leaves nothing behind', async ({ store, create, newUser, transaction }) => {
    const user = newUser();
    const other = await create();
    const failure = new Error('rolled back');
    const outcome = await transaction(async (open) => {
      demand((await store.create(user, open)) !== null, 'no account was made');
      const changes = { phoneNumberVerified: !other.phoneNumberVerified };
      demand((await store.update(other.id, changes, open)) !== null, 'nothing was changed');
      throw failure;
    }).catch((error: unknown) => error);
    same(outcome, failure, 'what the transaction ended with');
    same(await store.findByPhoneNumber(user.phoneNumber), null, 'the account of the transaction');
    same(await store.findById(other.id), other, 'the other account');
  }),
  of('an account gets another number, and nobody has the old one', async ({ store, create, fresh }) => {
    const user = await create({ phoneNumberVerified: false });
    const phoneNumber = fresh();
    const changed = await store.update(user.id, { phoneNumber, phoneNumberVerified: true });
    demand(changed !== null, 'nothing was changed');
    same([changed.id, changed.phoneNumber, changed.phoneNumberVerified], [user.id, phoneNumber, true], 'it');
    same(await store.findByPhoneNumber(phoneNumber), changed, 'the account by its new number');
    same(await store.findByPhoneNumber(numberOf(user)), null, 'the account by its old number');
  }),
  of('a change of one thing leaves the others', async ({ store, create }) => {
    const user = await create({ phoneNumberVerified: false });
    const changed = await store.update(user.id, { phoneNumberVerified: true });
    const { updatedAt } = changed ?? user;
    same(changed, { ...user, phoneNumberVerified: true, updatedAt }, 'the account with its number verified');
    same(await store.findById(user.id), changed, 'the account afterwards');
  }),
  of('an account does not get a number that another one has', async ({ store, create }) => {
    const [owner, other] = [await create(), await create()];
    const changes = { phoneNumber: numberOf(owner), phoneNumberVerified: true };
    same(await store.update(other.id, changes), null, 'the outcome');
    same(await store.findById(other.id), other, 'the account that asked');
    same(await store.findByPhoneNumber(numberOf(owner)), owner, 'the account that has it');
  }),
  of('of two accounts that get one number at once, one has it', async ({ store, create, fresh }) => {
    const [one, other] = [await create(), await create()];
    const phoneNumber = fresh();
    const changed = await Promise.all(
      [one, other].map(({ id }) => store.update(id, { phoneNumber, phoneNumberVerified: true })),
    );
    const winners = changed.filter((user) => user !== null);
    same(winners.length, 1, 'the accounts that got it');
    same(await store.findByPhoneNumber(phoneNumber), winners[0], 'the account');
  }),
  of(
    'a number is released and somebody else gets it, unless everybody has one',
    async ({ store, create, newUser }) => {
      const [one, other] = [await create(), await create()];
      const none = { phoneNumber: null, phoneNumberVerified: false };
      const refused = await store.update(one.id, none).then(
        () => false,
        (error: unknown) => {
          same((error as { code?: unknown }).code, 'PHONE_NUMBER_CANNOT_BE_UPDATED', 'the refusal');
          return true;
        },
      );
      if (refused) return;
      // nobody at all may have no number just once
      demand((await store.update(other.id, none)) !== null, 'a second account without a number is refused');
      same((await store.findById(one.id))?.phoneNumber, null, 'the number');
      const next = await store.create(newUser({ phoneNumber: numberOf(one) }));
      demand(next !== null && next.id !== one.id, 'the number cannot be had again');
    },
  ),
  of('a session and its user are read as they were written', async ({ app, store, create, transaction }) => {
    const user = await create();
    const start = { userId: user.id, amr: 'sms', remembered: true, ipAddress: '', userAgent: '' } as const;
    const sessions = app.get(Sessions, { strict: false });
    const { token } = await transaction((open) => sessions.start(start, open));
    const current = await app.get(PhoneAuthService, { strict: false }).getSession(token);
    same(current?.session.userId, user.id, 'the id in the session');
    same(current?.user, await store.findById(user.id), 'the user of the session');
  }),
  of('an account that is removed is gone, and its number free', async ({ store, create, newUser }) => {
    if (!store.remove) return;
    const user = await create();
    await store.remove(user.id);
    same(await store.findById(user.id), null, 'the account by its id');
    const next = await store.create(newUser({ phoneNumber: numberOf(user) }));
    demand(next !== null, 'the number cannot be had again');
    await store.remove('nobody');
  }),
];

/** What a case works with. */
interface Tools extends PhoneUserStoreSubject {
  readonly store: PhoneUserStore;
  readonly fresh: () => E164;
  readonly newUser: (more?: Partial<NewPhoneUser>) => NewPhoneUser;
  readonly create: (more?: Partial<NewPhoneUser>) => Promise<PhoneUser>;
  readonly transaction: Database['transaction'];
}

function of(name: string, check: (tools: Tools) => Promise<void>): PhoneUserStoreCase {
  return {
    name,
    check: (subject) => {
      const { app, freshNumber = () => `+1202${randomInt(2_000_000, 10_000_000)}` } = subject;
      const store = app.get(PhoneUserStore, { strict: false });
      const db = app.get(Database, { strict: false });
      const fresh = () => freshNumber() as E164;
      const newUser = (more: Partial<NewPhoneUser> = {}): NewPhoneUser => {
        const phoneNumber = more.phoneNumber ?? fresh();
        return {
          phoneNumber,
          phoneNumberVerified: true,
          name: phoneNumber,
          email: null,
          fields: {},
          ...more,
        };
      };
      const create = async (more?: Partial<NewPhoneUser>): Promise<PhoneUser> => {
        const user = await store.create(newUser(more));
        demand(user !== null, 'no account was made for a fresh number');
        return user;
      };
      return check({
        ...subject,
        store,
        fresh,
        newUser,
        create,
        transaction: (work) => db.transaction(work),
      });
    },
  };
}

const crowd = <T>(work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CROWD }, () => work()));

function numberOf({ phoneNumber }: PhoneUser): E164 {
  demand(phoneNumber !== null, 'the account has no number');
  return phoneNumber;
}

function same(found: unknown, right: unknown, what: string): void {
  demand(isDeepStrictEqual(found, right), `${what}: ${inspect(found)}; right: ${inspect(right)}`);
}

function demand(holds: boolean, complaint: string): asserts holds {
  if (!holds) throw new Error(complaint);
}
