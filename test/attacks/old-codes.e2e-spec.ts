import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { parallel, ServedApp, wrongCodes } from '../support/served-app.js';

describe.each(platforms)('codes that are over on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform);
  });
  afterAll(() => served.close());

  /** Two codes for one number that are not by chance the same. */
  const oldAndNew = async (phoneNumber: string) => {
    const old = await served.codeFor(phoneNumber);
    let fresh = await served.codeFor(phoneNumber);
    while (fresh === old) fresh = await served.codeFor(phoneNumber);
    return { old, fresh };
  };

  it('8.4, S4.25 the older code does not come back once the newer was used', async () => {
    const phoneNumber = freshNumber();
    const { old, fresh } = await oldAndNew(phoneNumber);

    expect((await served.verify(phoneNumber, fresh)).status).toBe(200);
    expect((await served.verify(phoneNumber, old)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('8.4, S4.25 the older code is refused before the newer was used, which still works', async () => {
    const phoneNumber = freshNumber();
    const { old, fresh } = await oldAndNew(phoneNumber);

    expect((await served.verify(phoneNumber, old)).body.code).toBe('INVALID_OTP');
    expect((await served.verify(phoneNumber, fresh)).status).toBe(200);
  });

  it('8.4 the older code does not come back once the newer was guessed away', async () => {
    const phoneNumber = freshNumber();
    const { old, fresh } = await oldAndNew(phoneNumber);
    for (const guess of wrongCodes(fresh, 5)) await served.verify(phoneNumber, guess);

    expect((await served.verify(phoneNumber, old)).status).toBe(400);
  });

  it('8.4 the older code does not come back once the newer has expired', async () => {
    const phoneNumber = freshNumber();
    const old = await served.codeFor(phoneNumber);
    served.t.clock.advance({ seconds: 10 });
    await served.codeFor(phoneNumber);
    served.t.clock.advance({ seconds: 295 });

    expect((await served.verify(phoneNumber, old)).status).toBe(400);
  });

  it('A26, I2 of 20 codes that were sent at the same time only the one in force works, and once', async () => {
    const phoneNumber = freshNumber();
    await parallel(20, () => served.sendOtp(phoneNumber));
    const sent = new Set(served.t.inbox.messagesFor(phoneNumber).map(({ code }) => code));

    expect(await served.rows(PhoneAuthCode, { phoneNumber })).toHaveLength(1);
    let successes = 0;
    for (const code of [...sent].slice(-3)) {
      const { status } = await served.verify(phoneNumber, code);
      if (status === 200) successes += 1;
    }
    expect(successes).toBeLessThanOrEqual(1);
  });

  it('A15 a code that was used is refused', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    await served.verify(phoneNumber, code);

    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('A15 a code that was used is refused after another was sent', async () => {
    const phoneNumber = freshNumber();
    const { old, fresh } = await oldAndNew(phoneNumber);
    await served.verify(phoneNumber, fresh);
    await served.codeFor(phoneNumber);

    for (const used of [old, fresh].filter((code) => code !== served.t.inbox.lastCodeFor(phoneNumber)))
      expect((await served.verify(phoneNumber, used)).body.code).toBe('INVALID_OTP');
  });

  it('A15 an expired code is refused, and once more as if it had never been', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    served.t.clock.advance({ days: 1 });

    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_EXPIRED');
    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('A15, A24 a code is refused for another number', async () => {
    const [mine, theirs] = [freshNumber(), freshNumber()];
    const code = await served.codeFor(mine);
    while ((await served.codeFor(theirs)) === code);

    expect((await served.verify(theirs, code)).body.code).toBe('INVALID_OTP');
  });

  it('A17, S1.26 a sign-in code that nobody signed in asked for links no number', async () => {
    const { bearer } = await served.signIn();
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const linked = await served.verify(phoneNumber, code, { updatePhoneNumber: true }, bearer);

    expect([linked.status, linked.body.code]).toEqual([400, 'INVALID_OTP']);
  });

  it('A17, A21 a code that one user asked for does not link the number to another', async () => {
    const [victim, attacker] = [await served.signIn(), await served.signIn()];
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber, victim.bearer);
    const linked = await served.verify(phoneNumber, code, { updatePhoneNumber: true }, attacker.bearer);

    expect([linked.status, linked.body.code]).toEqual([400, 'INVALID_OTP']);
  });

  it('A17, S1.26 what is stored as a code of another purpose does not sign in', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    await served.dataSource
      .getRepository(PhoneAuthCode)
      .update({ phoneNumber }, { purpose: 'reset-password' });
    const other = await served.verify(phoneNumber, code);
    await served.dataSource.getRepository(PhoneAuthCode).update({ phoneNumber }, { purpose: 'sign-in' });

    expect(other.body.code).toBe('OTP_NOT_FOUND');
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });

  it('A17, I2 a MAC that was moved to another number is worth nothing there', async () => {
    const [mine, theirs] = [freshNumber(), freshNumber()];
    const code = await served.codeFor(mine);
    await served.codeFor(theirs);
    const [stolen] = await served.rows(PhoneAuthCode, { phoneNumber: mine });
    if (!stolen) throw new Error('no code is stored');
    const { id, mac } = stolen;
    await served.dataSource.getRepository(PhoneAuthCode).update({ phoneNumber: theirs }, { id, mac });

    expect((await served.verify(theirs, code)).body.code).toBe('INVALID_OTP');
  });
});
