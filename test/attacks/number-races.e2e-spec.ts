import { type E164, PhoneUserStore } from 'nestjs-phone-auth';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DirectEntry } from '../../src/flows/direct-entry.js';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { freshNumber } from '../support/api.js';
import { gate } from '../support/gate.js';
import { platforms } from '../support/platforms.js';
import { codes, parallel, ServedApp, statuses } from '../support/served-app.js';

const LINK = { updatePhoneNumber: true };

describe.each(platforms)('two who claim one number on $name', (platform) => {
  let served: ServedApp;
  let users: PhoneUserStore;
  beforeAll(async () => {
    served = await ServedApp.on(platform);
    users = served.t.app.get(PhoneUserStore);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => served.close());

  /** Holds the first call of a method of the store until the test lets it go on. */
  const holdFirst = (method: 'create' | 'update') => {
    const held = gate();
    const original = users[method].bind(users) as (...args: unknown[]) => Promise<never>;
    vi.spyOn(users, method).mockImplementationOnce(async (...args: unknown[]) => {
      await held.pass();
      return original(...args);
    });
    return held;
  };

  it('A44 links in parallel: one wins, everybody else gets a clean conflict', async () => {
    const [first, second] = [await served.signIn(), await served.signIn()];
    const phoneNumber = freshNumber();
    await Promise.all([first, second].map(({ bearer }) => served.sendOtp(phoneNumber, bearer)));
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    const answers = await Promise.all(
      [first, second].map(({ bearer }) => served.verify(phoneNumber, code, LINK, bearer)),
    );

    expect(statuses(answers)).toEqual({ 200: 1, 400: 1 });
    expect(['INVALID_OTP', 'OTP_NOT_FOUND']).toContain(Object.keys(codes(answers))[0]);
    expect(await served.rows(PhoneAuthUser, { phoneNumber })).toHaveLength(1);
  });

  it('A44 whoever comes second with a right code of his own is told that the number is taken', async () => {
    const [first, second] = [await served.signIn(), await served.signIn()];
    const phoneNumber = freshNumber();
    await served.verify(phoneNumber, await served.codeFor(phoneNumber, first.bearer), LINK, first.bearer);
    const code = await served.codeFor(phoneNumber, second.bearer);
    const refused = await served.verify(phoneNumber, code, LINK, second.bearer);

    expect([refused.status, refused.body.code]).toEqual([400, 'PHONE_NUMBER_EXIST']);
  });

  it('A44 the number is taken between the look and the write: PHONE_NUMBER_EXIST, and it stays where it is', async () => {
    const [slow, quick] = [await served.signIn(), await served.signIn()];
    const phoneNumber = freshNumber();
    const held = holdFirst('update');
    const slowCode = await served.codeFor(phoneNumber, slow.bearer);
    const late = served.verify(phoneNumber, slowCode, LINK, slow.bearer);
    await held.reached;
    const quickCode = await served.codeFor(phoneNumber, quick.bearer);
    const won = await served.verify(phoneNumber, quickCode, LINK, quick.bearer);
    held.open();
    const lost = await late;

    expect(won.status).toBe(200);
    expect([lost.status, lost.body.code]).toEqual([400, 'PHONE_NUMBER_EXIST']);
    expect(await served.rows(PhoneAuthUser, { phoneNumber })).toMatchObject([{ id: quick.userId }]);
  });

  it('A44 a link during a sign-up with the same number never ends in a server error', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { bearer } = await served.signIn();
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber, bearer);
      const answers = await parallel(6, (index) =>
        index % 2 ? served.verify(phoneNumber, code) : served.verify(phoneNumber, code, LINK, bearer),
      );

      expect(statuses(answers)[200]).toBe(1);
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      expect(await served.rows(PhoneAuthUser, { phoneNumber })).toHaveLength(1);
    }
  });

  it('A44 100 parallel links with one code link once', async () => {
    const { bearer, userId } = await served.signIn();
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber, bearer);
    const answers = await parallel(100, () => served.verify(phoneNumber, code, LINK, bearer));

    expect(statuses(answers)[200]).toBe(1);
    expect(await served.rows(PhoneAuthUser, { phoneNumber })).toMatchObject([{ id: userId }]);
  });
});

// on the one connection of SQLite a sign-up holds the queue, and on PostgreSQL it is one statement: nobody can come in between
describe.each(platforms.filter(({ database }) => database === 'mariadb'))(
  'two who sign up with one number on $name',
  (platform) => {
    let served: ServedApp;
    beforeAll(async () => {
      served = await ServedApp.on(platform);
    });
    afterAll(() => served.close());

    it('A44 two proofs of one unknown number at the same time sign in to one account', async () => {
      const users = served.t.app.get(PhoneUserStore);
      const held = gate();
      const create = users.create.bind(users);
      vi.spyOn(users, 'create').mockImplementationOnce(async (...args) => {
        await held.pass();
        return create(...args);
      });
      const phoneNumber = freshNumber();
      const late = served.verify(phoneNumber, await served.codeFor(phoneNumber));
      await held.reached;
      const won = await served.verify(phoneNumber, await served.codeFor(phoneNumber));
      held.open();
      const second = await late;

      expect([won.status, won.body.isNewUser]).toEqual([200, true]);
      expect([second.status, second.body.isNewUser]).toEqual([200, false]);
      expect(second.body.user?.id).toBe(won.body.user?.id);
    });
  },
);

describe.each(platforms.filter(({ database }) => database === 'postgres'))(
  'a number that gets an account while its code is used up on $name',
  (platform) => {
    let served: ServedApp;
    beforeAll(async () => {
      served = await ServedApp.on(platform);
    });
    afterAll(() => served.close());

    it('A44 signs in to that account', async () => {
      const direct = served.t.app.get(DirectEntry);
      const held = gate();
      const enter = direct.enter.bind(direct);
      vi.spyOn(direct, 'enter').mockImplementationOnce(async (...args) => {
        await held.pass();
        return enter(...args);
      });
      const phoneNumber = freshNumber();
      const late = served.verify(phoneNumber, await served.codeFor(phoneNumber));
      await held.reached;
      const user = await served.t.app.get(PhoneUserStore).create({
        phoneNumber: phoneNumber as E164,
        phoneNumberVerified: true,
        name: 'faster',
        email: null,
        fields: {},
      });
      held.open();
      const { status, body } = await late;

      expect([status, body.isNewUser, body.user?.id]).toEqual([200, false, user?.id]);
      expect(await served.rows(PhoneAuthUser, { phoneNumber })).toHaveLength(1);
      expect(await served.rows(PhoneAuthSession, { userId: user?.id ?? '' })).toHaveLength(1);
    });
  },
);
