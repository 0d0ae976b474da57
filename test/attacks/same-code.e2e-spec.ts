import { PhoneAuthService } from 'nestjs-phone-auth';
import { createTestApp } from 'nestjs-phone-auth/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { api, cookiesOf, freshNumber, wrong } from '../support/api.js';
import {
  everyAdapterAndDatabase,
  makeAdapter,
  makeDatabase,
  platforms,
  type TestDatabase,
} from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';
import { useApp } from '../support/use-app.js';

const ORIGIN = 'https://app.example.com';
const RESET = '/phone-number/request-password-reset';

describe.each(platforms)('sameCodeOnResend on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: {
        sameCodeOnResend: true,
        expiresIn: 600,
        messages: { signIn: '{code} for {minutes} min' },
      },
    });
  });
  afterAll(() => served.close());
  const wait = (seconds: number) => served.t.clock.advance({ seconds });
  const rowOf = async (phoneNumber: string) => (await served.rows(PhoneAuthCode, { phoneNumber }))[0];
  const stateOf = async (challenge = '') =>
    (await served.http.get('/phone-number/delivery', { 'x-challenge': challenge })).text;

  it('R2 another message carries the same code, and answer and text say what is left of it', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    wait(250);
    const { body } = await served.sendOtp(phoneNumber);
    await served.t.settled();

    expect(body).toMatchObject({ expiresIn: 350 });
    expect(served.t.inbox.messagesFor(phoneNumber).at(-1)).toMatchObject({
      code,
      expiresIn: 350,
      text: `${code} for 5 min`,
    });
    wait(349);
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });

  it('R44 another temp token has another code: what was sent for one finishes no other sign-in', async () => {
    const { phoneNumber, userId } = await served.signIn();
    const service = served.t.app.get(PhoneAuthService);
    const sentFor = async ({ tempToken }: { tempToken: string }) => {
      await service.sendSecondFactorCode({ tempToken });
      await served.t.settled();
      return served.t.inbox.lastCodeFor(phoneNumber);
    };
    const [first, second] = [
      await service.startSecondFactor(userId),
      await service.startSecondFactor(userId),
    ];
    const code = await sentFor(first);
    expect(await sentFor(first)).toBe(code);
    const other = await sentFor(second);
    expect(other).not.toBe(code);
    expect((await service.verifySecondFactor({ ...second, code: other })).signedIn).not.toBeNull();
  });

  it('R2, A14 ends ten minutes after it was made, however often it was sent', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    for (const seconds of [200, 200, 140]) {
      wait(seconds);
      expect(await served.codeFor(phoneNumber)).toBe(code);
    }
    wait(60);
    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_EXPIRED');
  });

  it('S2.6 with less than a minute left, or no guess, it is a new one for the whole time', async () => {
    const phoneNumber = freshNumber();
    await served.codeFor(phoneNumber);
    wait(541);
    expect((await served.sendOtp(phoneNumber)).body).toMatchObject({ expiresIn: 600 });
    await served.t.settled();
    const { id } = (await rowOf(phoneNumber)) ?? {};

    const second = served.t.inbox.lastCodeFor(phoneNumber);
    for (let n = 0; n < 3; n += 1) await served.verify(phoneNumber, wrong(second));
    await served.codeFor(phoneNumber);
    expect((await rowOf(phoneNumber))?.id).not.toBe(id);
    expect((await rowOf(phoneNumber))?.attempts).toBe(0);
  });

  it('R9, A5 keeps its guesses: asking again gives none back', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const left = [];
    for (let n = 0; n < 3; n += 1) {
      expect(await served.codeFor(phoneNumber)).toBe(code);
      left.push((await served.verify(phoneNumber, wrong(code))).body.attemptsRemaining);
    }
    expect(left).toEqual([2, 1, 0]);
    expect((await served.verify(phoneNumber, code)).body.code).toBe('TOO_MANY_ATTEMPTS');
  });

  it('I2 works once, whichever of its messages it was read from', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    await served.codeFor(phoneNumber);
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
    expect(await rowOf(phoneNumber)).toBeUndefined();
  });

  it('A21 what a user asked for is not sent to somebody else, nor the other way round', async () => {
    const { bearer } = await served.signIn();
    const phoneNumber = freshNumber();
    const requesters = [];
    for (const headers of [undefined, bearer, bearer, undefined]) {
      await served.codeFor(phoneNumber, headers);
      const { id, requestedBy } = (await rowOf(phoneNumber)) ?? {};
      requesters.push([id, requestedBy]);
    }
    const [visitor, user, again, later] = requesters;
    expect(again).toEqual(user);
    expect([visitor?.[1], typeof user?.[1], later?.[1]]).toEqual([null, 'string', null]);
    expect(new Set(requesters.map(([id]) => id)).size).toBe(3);
  });

  it('S1.35, 8.11 a message that fails takes neither the code nor its guesses, and is told by itself', async () => {
    const phoneNumber = freshNumber();
    const first = (await served.sendOtp(phoneNumber)).body.challenge;
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    await served.verify(phoneNumber, wrong(code));
    served.t.inbox.failWith(new Error('the provider is down'));
    const second = (await served.sendOtp(phoneNumber)).body.challenge;
    await served.t.settled();
    served.t.inbox.failWith(undefined);

    expect([await stateOf(first), await stateOf(second)]).toEqual([
      '{"status":"sent"}',
      '{"status":"failed"}',
    ]);
    expect((await served.verify(phoneNumber, wrong(code))).body.attemptsRemaining).toBe(1);
    expect(await served.codeFor(phoneNumber)).toBe(code);
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });

  it('R35 a request that is repeated tells the message that it asked for, and what is left of the code', async () => {
    const phoneNumber = freshNumber();
    await served.codeFor(phoneNumber);
    wait(100);
    const key = { 'idempotency-key': `again-${phoneNumber}` };
    await served.sendOtp(phoneNumber, key);
    await served.t.settled();
    wait(20);
    const { status, body } = await served.sendOtp(phoneNumber, key);

    expect([status, body]).toMatchObject([200, { expiresIn: 480 }]);
    expect(served.t.inbox.messagesFor(phoneNumber)).toHaveLength(2);
    expect(await stateOf(body.challenge)).toBe('{"status":"sent"}');
  });

  it('I5, R40 a password reset is the same for a number with an account and one without', async () => {
    const { phoneNumber } = await served.signIn();
    const told = [];
    for (const number of [phoneNumber, freshNumber()]) {
      const first = await served.http.post(RESET, { phoneNumber: number });
      wait(100);
      const second = await served.http.post(RESET, { phoneNumber: number });
      await served.t.settled();
      told.push(
        [first, second].map(({ status, body }) => [status, { ...body, challenge: body.challenge?.length }]),
      );
    }
    expect(told[0]).toEqual(told[1]);
    expect(told[0]?.[1]).toMatchObject([200, { expiresIn: 500 }]);
    const codes = served.t.inbox.messagesFor(phoneNumber).slice(-2);
    expect(codes[0]?.code).toBe(codes[1]?.code);
  });

  it('I4 the copy is not the code, and is gone once the code is', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const { sealed } = (await rowOf(phoneNumber)) ?? {};
    expect(Buffer.from(sealed ?? '', 'base64url').byteLength).toBe(12 + 6 + 16);
    expect(sealed + Buffer.from(sealed ?? '', 'base64url').toString('latin1')).not.toContain(code);

    wait(600);
    await served.verify(phoneNumber, code);
    expect(await rowOf(phoneNumber)).toMatchObject({ sealed: null });
  });

  it('A17 a copy that was moved to another row opens nothing there', async () => {
    const [mine, theirs] = [freshNumber(), freshNumber()];
    await served.codeFor(mine);
    await served.codeFor(theirs);
    const { sealed = null } = (await rowOf(mine)) ?? {};
    await served.dataSource.getRepository(PhoneAuthCode).update({ phoneNumber: theirs }, { sealed });

    const { body } = await served.sendOtp(theirs);
    await served.t.settled();
    const fresh = served.t.inbox.lastCodeFor(theirs);
    expect(body).toMatchObject({ expiresIn: 600 });
    expect((await served.verify(theirs, fresh)).status).toBe(200);
  });

  if (platform.database === 'postgres') {
    it('send-otp asks once before its answer and once after it, as without', async () => {
      const phoneNumber = freshNumber();
      await served.codeFor(phoneNumber);
      const queries = vi.spyOn(Client.prototype, 'query');
      await served.codeFor(phoneNumber);
      expect(queries.mock.calls.map(([query]) => /phone_auth_message/.test(JSON.stringify(query)))).toEqual([
        false,
        true,
      ]);
      queries.mockRestore();
    });
  }
});

describe.each(everyAdapterAndDatabase)('sameCodeOnResend with bindToClient on $name', (platform) => {
  const { t, client } = useApp(platform, {
    options: { sameCodeOnResend: true, bindToClient: true, trustedOrigins: [ORIGIN] },
  });

  it('R43 goes again to the client that shows its challenge, and to no other', async () => {
    const phoneNumber = freshNumber();
    const ids = [];
    let headers = {};
    for (const next of ['cookie', 'header', 'nothing', undefined]) {
      const answer = await client.sendOtp(phoneNumber, headers).expect(200);
      const { challenge } = answer.body as { challenge: string };
      ids.push(challenge.split('.')[0]);
      headers =
        next === 'cookie'
          ? { cookie: cookiesOf(answer), origin: ORIGIN }
          : next === 'header'
            ? { 'x-challenge': challenge }
            : {};
    }
    const [first, second, third, stranger] = ids;
    expect([second, third]).toEqual([first, first]);
    expect(stranger).not.toBe(first);
    await t.settled();
    const code = t.inbox.lastCodeFor(phoneNumber);
    expect((await client.verify(phoneNumber, code, {}, headers)).body.code).toBe('INVALID_OTP');
  });
});

describe.each(everyAdapterAndDatabase)(
  'sameCodeOnResend and a new secret on $name',
  ({ adapter, database }) => {
    const OLD = 'the secret of last year, and long enough too';
    const NEW = 'the secret of this year, and long enough too';
    let own: TestDatabase;
    const start = (secret: string, previousSecrets: string[] = []) =>
      createTestApp({
        adapter: makeAdapter(adapter),
        database: own.options,
        options: { secret, previousSecrets, sameCodeOnResend: true, resendDelays: false, rateLimit: false },
      });
    beforeAll(async () => {
      own = await makeDatabase(database);
    });
    afterAll(() => own.drop());

    it('the code of the old one is sent again while that is listed, and is a new one after that', async () => {
      const apps = [await start(OLD), await start(NEW, [OLD]), await start(NEW)];
      const phoneNumber = freshNumber();
      const answers = [];
      for (const app of apps) {
        const { body } = await api(app).sendOtp(phoneNumber).expect(200);
        await app.settled();
        answers.push({ id: String(body.challenge).split('.')[0], code: app.inbox.lastCodeFor(phoneNumber) });
      }
      const [before, after, careless] = answers;
      expect(after).toEqual(before);
      expect(careless?.id).not.toBe(before?.id);
      const last = apps.at(-1);
      if (!last || !careless) throw new Error('three applications were started');
      await api(last).verify(phoneNumber, careless.code).expect(200);
      for (const app of apps) await app.close();
    });
  },
);
