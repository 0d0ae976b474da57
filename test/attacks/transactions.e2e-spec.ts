import { PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { CodeStore } from '../../src/codes/code-store.js';
import { SessionStore } from '../../src/sessions/session-store.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { freshNumber } from '../support/api.js';
import { gate } from '../support/gate.js';
import { platforms } from '../support/platforms.js';
import { ServedApp, wrongCodes } from '../support/served-app.js';

const rollback = new Error('the host changes its mind');

/** Gives everything that is ready to run the chance to. */
const turns = async (count: number) => {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe.each(platforms)('other transactions on $name', (platform) => {
  let served: ServedApp;
  let charge: ReturnType<typeof spyOnCharge>;
  const spyOnCharge = () => vi.spyOn(served.t.app.get(CodeStore, { strict: false }), 'charge');
  beforeAll(async () => {
    // on PostgreSQL a sign-up is a statement, and no transaction, but for what else is written with it
    const session = platform.database === 'postgres' ? { strategy: 'token-pair' as const } : {};
    served = await ServedApp.on(platform, { options: { allowedAttempts: 10, session } });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => served.close());

  const attempts = async (phoneNumber: string) =>
    (await served.rows(PhoneAuthCode, { phoneNumber }))[0]?.attempts;

  it('3.5, I1 a rollback of the host takes no guess back that was made meanwhile', async () => {
    const phoneNumber = freshNumber();
    const guesses = wrongCodes(await served.codeFor(phoneNumber), 4);
    charge = spyOnCharge();
    const held = gate();
    const host = served.dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1');
      await held.pass();
      throw rollback;
    });
    await held.reached;
    const answers = Promise.all(guesses.map((guess) => served.verify(phoneNumber, guess)));
    await vi.waitFor(() => expect(charge).toHaveBeenCalledTimes(guesses.length));
    await turns(10);
    held.open();

    await expect(host).rejects.toThrow(rollback);
    for (const { body } of await answers) expect(body.code).toBe('INVALID_OTP');
    expect(await attempts(phoneNumber)).toBe(guesses.length);
  });

  it('3.5, I1 a rollback of our own takes no guess of somebody else back', async () => {
    const [newcomer, victim] = [freshNumber(), freshNumber()];
    const code = await served.codeFor(newcomer);
    const guesses = wrongCodes(await served.codeFor(victim), 4);
    const held = gate();
    vi.spyOn(served.t.app.get(SessionStore, { strict: false }), 'insert').mockImplementationOnce(async () => {
      await held.pass();
      throw rollback;
    });
    charge = spyOnCharge();
    const signUp = served.verify(newcomer, code);
    await held.reached;
    const answers = Promise.all(guesses.map((guess) => served.verify(victim, guess)));
    await vi.waitFor(() => expect(charge).toHaveBeenCalledTimes(1 + guesses.length));
    await turns(10);
    held.open();

    expect((await signUp).status).toBe(500);
    for (const { body } of await answers) expect(body.code).toBe('INVALID_OTP');
    expect(await attempts(victim)).toBe(guesses.length);
  });

  it('I2 a sign-up that fails half way leaves no user behind, and the code stays used', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    vi.spyOn(served.t.app.get(SessionStore, { strict: false }), 'insert').mockRejectedValueOnce(rollback);
    await served.verify(phoneNumber, code);

    expect(await served.rows(PhoneAuthUser, { phoneNumber })).toEqual([]);
    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('3.5, I1 at whatever point of a guess the host begins a transaction, its rollback spares the guess', async () => {
    const service = served.t.app.get(PhoneAuthService);
    const store = served.t.app.get(CodeStore, { strict: false });
    const original = store.charge.bind(store);
    const hostChangesItsMind = async (steps: number) => {
      for (let n = 0; n < steps; n += 1) await Promise.resolve();
      await served.dataSource
        .transaction(async () => {
          await turns(2);
          throw rollback;
        })
        .catch(() => undefined);
    };
    const lost: number[] = [];
    for (let steps = 0; steps < 40; steps += 1) {
      const phoneNumber = freshNumber();
      const [guess = ''] = wrongCodes(await served.codeFor(phoneNumber), 1);
      let host: Promise<void> | undefined;
      vi.spyOn(store, 'charge').mockImplementationOnce((...args) => {
        const charged = original(...args);
        host = hostChangesItsMind(steps);
        return charged;
      });
      await service.verify({ phoneNumber, code: guess }).catch(() => undefined);
      await host;
      if ((await attempts(phoneNumber)) !== 1) lost.push(steps);
    }

    expect(lost).toEqual([]);
  });
});

describe.each(platforms.filter(({ database }) => database === 'postgres'))(
  'a sign-up in one statement on $name',
  (platform) => {
    let served: ServedApp;
    beforeAll(async () => {
      served = await ServedApp.on(platform);
    });
    afterEach(() => vi.restoreAllMocks());
    afterAll(() => served.close());

    it('I1, I2 that fails half way leaves nothing behind but the guess, and the next try works', async () => {
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const sessions = served.t.app.get(SessionStore, { strict: false });
      const insertAlong = sessions.insertAlong.bind(sessions);
      vi.spyOn(sessions, 'insertAlong').mockImplementationOnce((session, tokenHash, owner) =>
        insertAlong(session, tokenHash.repeat(2), owner),
      );
      expect((await served.verify(phoneNumber, code)).status).toBe(503);

      expect(await served.rows(PhoneAuthUser, { phoneNumber })).toEqual([]);
      expect(await served.rows(PhoneAuthCode, { phoneNumber })).toMatchObject([{ attempts: 1 }]);
      expect((await served.verify(phoneNumber, code)).status).toBe(200);
      expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
    });
  },
);
