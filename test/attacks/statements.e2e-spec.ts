import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshNumber } from '../support/api.js';
import { addAccount, fromNodeAuth } from '../support/node-auth.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

describe.each(platforms.filter(({ database }) => database === 'postgres'))(
  'round trips to the database on $name',
  (platform) => {
    let served: ServedApp;
    const spyOnQueries = () => vi.spyOn(Client.prototype, 'query');
    let queries: ReturnType<typeof spyOnQueries>;
    beforeAll(async () => {
      served = await ServedApp.on(platform);
      // the pool asks a new connection for its version: it has to be there before anything is counted
      await served.signIn();
      queries = spyOnQueries();
    });
    afterAll(async () => {
      queries.mockRestore();
      await served.close();
    });

    /** How often the database was asked, BEGIN and COMMIT included. */
    const roundTrips = async (work: () => Promise<{ status: number }>, status = 200) => {
      queries.mockClear();
      expect((await work()).status).toBe(status);
      return queries.mock.calls.length;
    };

    it('send-otp asks once before its answer and once after it, for a known and an unknown number alike', async () => {
      const { phoneNumber } = await served.signIn();
      const allOf = async (number: string) => {
        await roundTrips(() => served.sendOtp(number));
        await served.t.settled();
        return queries.mock.calls.map(([query]) => /phone_auth_message/.test(JSON.stringify(query)));
      };

      // the last one keeps the state of the message, which the sender has had by then
      expect(await allOf(phoneNumber)).toEqual([false, true]);
      expect(await allOf(freshNumber())).toEqual([false, true]);
    });

    it('verify asks twice: once to charge the guess, once to use the code up, be somebody and be signed in', async () => {
      const { phoneNumber } = await served.signIn();
      const again = await served.codeFor(phoneNumber);
      expect(await roundTrips(() => served.verify(phoneNumber, again))).toBe(2);

      const somebodyNew = freshNumber();
      const first = await served.codeFor(somebodyNew);
      expect(await roundTrips(() => served.verify(somebodyNew, first))).toBe(2);
    });

    it('a wrong code costs one statement', async () => {
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const wrong = code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`;

      expect(await roundTrips(() => served.verify(phoneNumber, wrong), 400)).toBe(1);
    });

    it('what cannot be a code or a number costs none', async () => {
      const { phoneNumber } = await served.signIn();

      expect(await roundTrips(() => served.verify(phoneNumber, 'abcdef'), 400)).toBe(0);
      expect(await roundTrips(() => served.verify('+1', '123456'), 400)).toBe(0);
      expect(await roundTrips(() => served.sendOtp('nobody'), 400)).toBe(0);
    });

    it('get-session asks once', async () => {
      const { bearer, cookie } = await served.signIn();

      expect(await roundTrips(() => served.http.get('/get-session', bearer))).toBe(1);
      expect(await roundTrips(() => served.http.get('/get-session', cookie))).toBe(1);
    });

    it('get-session of a visitor asks nothing', async () => {
      expect(await roundTrips(() => served.http.get('/get-session'))).toBe(0);
    });

    it('a forged cookie costs no look at the database', async () => {
      const { token, cookie } = await served.signIn();
      const name = cookie.cookie.split('=')[0];
      const forged = { cookie: `${name}=${token}.${'A'.repeat(43)}%3D` };

      expect(await roundTrips(() => served.http.get('/get-session', forged))).toBe(0);
    });
  },
);

describe.each(platforms.filter(({ database }) => database === 'postgres'))(
  'round trips of token pairs on $name',
  (platform) => {
    let served: ServedApp;
    const spyOnQueries = () => vi.spyOn(Client.prototype, 'query');
    let queries: ReturnType<typeof spyOnQueries>;
    beforeAll(async () => {
      served = await ServedApp.on(platform, { options: { session: { strategy: 'token-pair' } } });
      await served.signIn();
      queries = spyOnQueries();
    });
    afterAll(async () => {
      queries.mockRestore();
      await served.close();
    });

    const counted = async (work: () => Promise<Answer>, status = 200) => {
      queries.mockClear();
      const answer = await work();
      expect(answer.status).toBe(status);
      return { ...answer.body, trips: queries.mock.calls.length };
    };

    it('R54 a sign-in asks no more often than without them, a refresh and a guarded route once', async () => {
      const { phoneNumber } = await served.signIn();
      const code = await served.codeFor(phoneNumber);
      const signedIn = await counted(() => served.verify(phoneNumber, code));
      expect(signedIn.trips).toBeLessThanOrEqual(4);

      const bearer = { authorization: `Bearer ${signedIn.accessToken}` };
      expect((await counted(() => served.http.get('/get-session', bearer))).trips).toBe(1);

      const { refreshToken } = signedIn;
      const refresh = () => served.http.post('/refresh', { refreshToken });
      expect((await counted(refresh)).trips).toBe(1);
      // the same one again: the look at it comes after the try, and what is found ends the session
      expect((await counted(refresh)).trips).toBe(2);
      served.t.clock.advance({ seconds: 10 });
      expect((await counted(refresh, 401)).trips).toBe(3);
    });

    it('R55 what is signed by nobody, or no token at all, is not looked up', async () => {
      const { token } = await served.signIn();
      const [head, body] =
        (await served.http.get('/token', { authorization: `Bearer ${token}` })).body.token?.split('.') ?? [];
      const forged = { authorization: `Bearer ${head}.${body}.${'A'.repeat(86)}` };
      expect((await counted(() => served.http.get('/get-session', forged))).trips).toBe(0);
      const nonsense = () => served.http.post('/refresh', { refreshToken: 'nonsense' });
      expect((await counted(nonsense, 401)).trips).toBe(0);
    });
  },
);

describe.each(platforms.filter(({ database }) => database === 'postgres'))(
  'round trips of node-auth on $name',
  (platform) => {
    let served: ServedApp;
    const spyOnQueries = () => vi.spyOn(Client.prototype, 'query');
    let queries: ReturnType<typeof spyOnQueries>;
    beforeAll(async () => {
      served = await ServedApp.on(platform, { options: fromNodeAuth() });
      await served.http.post('/sms/verify', { userId: 'nobody', code: '000000' });
      queries = spyOnQueries();
    });
    afterAll(async () => {
      queries.mockRestore();
      await served.close();
    });

    const trips = async (path: string, body: object, status: number) => {
      queries.mockClear();
      expect((await served.http.post(path, body)).status).toBe(status);
      const { length } = queries.mock.calls;
      await served.t.settled();
      return length;
    };

    it('S3.16, S3.23, I5 a wrong code asks twice, whoever is named, and the right one four times', async () => {
      const { id, email, phoneNumber } = await addAccount(served.t);
      const unproven = await addAccount(served.t, { phoneNumberVerified: false });
      for (const who of [
        { userId: id },
        { email },
        { userId: unproven.id },
        { userId: 'no' },
        { email: 'no@no.no' },
      ]) {
        await trips('/sms/send', who, 200);
        expect(await trips('/sms/verify', { ...who, code: '000000' }, 401)).toBe(2);
      }
      const code = served.t.inbox.lastCodeFor(phoneNumber);
      expect(await trips('/sms/verify', { userId: id, code }, 200)).toBe(4);
    });
  },
);
