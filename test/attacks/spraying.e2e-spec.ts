import type { PhoneAuthOptions } from 'nestjs-phone-auth';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  type MockInstance,
  vi,
} from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import type { PhoneAuthEvent } from '../../src/events/phone-auth-event.js';
import { QuotaStore } from '../../src/limits/quota-store.js';
import { fromElsewhere } from '../support/addresses.js';
import { freshNumber } from '../support/api.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { codes, ServedApp, wrongCodes } from '../support/served-app.js';

const SPRAYED = '123456';
/** The default of `limits.guesses.perAddress`. */
const PER_ADDRESS = 30;

const AT_ONCE = 100;

const outcome = ({ status, body }: Answer) => [status, body.code];

describe.each(platforms)('guesses over many numbers on $name', (platform) => {
  let served: ServedApp;
  let comparisons: MockInstance<CodeMac['matches']>;
  const told: PhoneAuthEvent[] = [];
  const start = async (options: PhoneAuthOptions = {}) => {
    served = await ServedApp.on(platform, {
      trustProxy: true,
      options: {
        allowedAttempts: 10,
        limits: { sends: false, pumping: false, guesses: { waits: [0] } },
        onEvent: (event) => told.push(event),
        ...options,
      },
    });
    comparisons = vi.spyOn(served.t.app.get(CodeMac, { strict: false }), 'matches');
    told.length = 0;
  };
  afterEach(() => served.close());

  /** Numbers with an open code each, none of which is the sprayed one. */
  const openNumbers = async (count: number): Promise<string[]> => {
    const numbers = Array.from({ length: count }, freshNumber);
    const row = {
      purpose: 'sign-in',
      mac: 'of nothing',
      attempts: 0,
      expiresAt: served.t.clock.now() + 300_000,
    };
    const rows = numbers.map((phoneNumber) => ({
      ...row,
      phoneNumber,
      id: phoneNumber,
      messageId: phoneNumber,
      requestedBy: null,
    }));
    await served.dataSource.getRepository(PhoneAuthCode).insert(rows);
    return numbers;
  };
  const spray = async (numbers: string[], from: () => RequestHeaders) => {
    const answers: Answer[] = [];
    for (let n = 0; n < numbers.length; n += AT_ONCE) {
      const some = numbers.slice(n, n + AT_ONCE).map((number) => served.verify(number, SPRAYED, {}, from()));
      answers.push(...(await Promise.all(some)));
    }
    return answers;
  };
  const alarms = async () => {
    await served.t.settled();
    return told.filter(({ type }) => type === 'guess.alarm');
  };

  it('R12, A14 the thirty-first wrong code in five minutes is refused, right ones in between do not count', async () => {
    await start();
    const here = { 'x-forwarded-for': '203.0.113.7' };
    const numbers = await openNumbers(PER_ADDRESS);
    for (const [index, number] of numbers.entries()) {
      expect(outcome(await served.verify(number, SPRAYED, {}, here))).toEqual([400, 'INVALID_OTP']);
      if (index % 10) continue;
      const mine = freshNumber();
      await served.verify(mine, await served.codeFor(mine), {}, here);
      await served.t.settled();
    }
    served.t.clock.advance({ minutes: 5, milliseconds: -1 });
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const refused = await served.verify(phoneNumber, code, {}, here);
    expect([...outcome(refused), refused.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '1']);
    served.t.clock.advance({ milliseconds: 1 });
    expect((await served.verify(phoneNumber, code, {}, here)).status).toBe(200);
  });

  // for many requests one adapter is enough
  if (platform.adapter === 'express')
    describe('in a great hurry', () => {
      it('A9, R12 one code over 1 000 numbers from one address is compared thirty times, and others go on', async () => {
        await start();
        const here = { 'x-forwarded-for': '2001:db8:1:2::1' };
        const answers = await spray(await openNumbers(1_000), () => here);
        expect(comparisons).toHaveBeenCalledTimes(PER_ADDRESS);
        expect(codes(answers)).toEqual({ INVALID_OTP: PER_ADDRESS, RATE_LIMITED: 970 });
        expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toBe('300');

        const phoneNumber = freshNumber();
        const code = await served.codeFor(phoneNumber, here);
        const neighbour = { 'x-forwarded-for': '2001:db8:1:2:ffff::9' };
        expect(outcome(await served.verify(phoneNumber, code, {}, neighbour))).toEqual([429, 'RATE_LIMITED']);
        expect((await served.verify(phoneNumber, code, {}, fromElsewhere())).status).toBe(200);
      });

      it('A9, R13 from ever new addresses it is told of once', async () => {
        await start();
        await spray(await openNumbers(300), fromElsewhere);
        expect(comparisons).toHaveBeenCalledTimes(300);
        expect(await alarms()).toMatchObject([{ checked: expect.any(Number) as number, failed: 200 }]);
      });

      it('A9, R13 with a challenge set, only humans get a guess for as long as that lasts', async () => {
        await start({ challenge: { verify: ({ token }) => token === 'human' } });
        const answers = await spray(await openNumbers(300), fromElsewhere);
        expect(codes(answers)).toEqual({ INVALID_OTP: 199, MISSING_RESPONSE: 101 });
        expect(comparisons).toHaveBeenCalledTimes(199);
        expect(await alarms()).toHaveLength(1);

        const phoneNumber = freshNumber();
        const code = await served.codeFor(phoneNumber);
        const verify = (headers: RequestHeaders = {}) =>
          served.verify(phoneNumber, code, {}, fromElsewhere(headers));
        expect(outcome(await verify())).toEqual([400, 'MISSING_RESPONSE']);
        expect(outcome(await verify({ 'x-captcha-response': 'made up' }))).toEqual([
          403,
          'VERIFICATION_FAILED',
        ]);
        expect((await verify({ 'x-captcha-response': 'human' })).status).toBe(200);

        served.t.clock.advance({ minutes: 10 });
        const later = freshNumber();
        expect((await served.verify(later, await served.codeFor(later), {}, fromElsewhere())).status).toBe(
          200,
        );
      });
    });
});

describe.each(platforms)('a CAPTCHA and the limits of a number on $name', (platform) => {
  let served: ServedApp;
  let comparisons: MockInstance<CodeMac['matches']>;
  let phoneNumber: string;
  let code: string;
  const human = () => fromElsewhere({ 'x-captcha-response': 'human' });
  const verify = (guess: string, headers = fromElsewhere()) => served.verify(phoneNumber, guess, {}, headers);
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      trustProxy: true,
      options: {
        allowedAttempts: 10,
        limits: { sends: false, pumping: false, guesses: { waits: [0] } },
        challenge: { verify: ({ token }) => token === 'human' },
      },
    });
    comparisons = vi.spyOn(served.t.app.get(CodeMac, { strict: false }), 'matches');
  });
  beforeEach(async () => {
    phoneNumber = freshNumber();
    // the hour is used up, and then there is a new code
    for (const guess of wrongCodes(await served.codeFor(phoneNumber), 10)) await verify(guess);
    code = await served.codeFor(phoneNumber);
    comparisons.mockClear();
  });
  afterAll(() => served.close());

  it('R10 a CAPTCHA is asked for once the hour is used up, and lifts its limit', async () => {
    expect(outcome(await verify(code))).toEqual([400, 'MISSING_RESPONSE']);
    expect(outcome(await verify(code, fromElsewhere({ 'x-captcha-response': 'bot' })))).toEqual([
      403,
      'VERIFICATION_FAILED',
    ]);
    expect(comparisons).not.toHaveBeenCalled();
    expect((await verify(code, human())).status).toBe(200);
  });

  it('R10, R9 with a CAPTCHA each guess costs the code one try', async () => {
    const left = [];
    for (const guess of wrongCodes(code, 3)) left.push((await verify(guess, human())).body.attemptsRemaining);
    expect(left).toEqual([9, 8, 7]);
  });

  it('R10 no CAPTCHA lifts the limit of the day', async () => {
    for (const guess of wrongCodes(code, 10)) await verify(guess, human());
    expect(comparisons).toHaveBeenCalledTimes(10);
    const refused = await verify(code, human());
    expect([...outcome(refused), refused.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '86400']);
    expect(comparisons).toHaveBeenCalledTimes(10);
  });
});

describe('without a CAPTCHA', () => {
  it('R10 the hour has to pass', async () => {
    const served = await ServedApp.on(platforms[0]!, {
      options: { allowedAttempts: 10, limits: { sends: false, guesses: { waits: [0] } }, expiresIn: 600 },
    });
    const phoneNumber = freshNumber();
    for (const guess of wrongCodes(await served.codeFor(phoneNumber), 10))
      await served.verify(phoneNumber, guess);
    served.t.clock.advance({ minutes: 59 });
    const code = await served.codeFor(phoneNumber);
    const refused = await served.verify(phoneNumber, code);
    expect([...outcome(refused), refused.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '60']);
    served.t.clock.advance({ minutes: 1 });
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
    await served.close();
  });
});

describe.each(platforms)('without the store that counts, on $name', (platform) => {
  let served: ServedApp;
  let comparisons: MockInstance<CodeMac['matches']>;
  let down: MockInstance<QuotaStore['take']>;
  const start = async (verify: 'refuse' | 'allow') => {
    served = await ServedApp.on(platform, {
      options: { limits: { sends: false, pumping: false, onFailure: { verify } } },
    });
    comparisons = vi.spyOn(served.t.app.get(CodeMac, { strict: false }), 'matches');
    down = vi.spyOn(served.t.app.get(QuotaStore, { strict: false }), 'take');
  };
  afterEach(() => served.close());

  it('R17, A33 a code is refused and not compared, and works once the store is back', async () => {
    await start('refuse');
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    down.mockRejectedValue(new Error('connect ECONNREFUSED 127.0.0.1:6379'));
    const refused = [
      await served.verify(phoneNumber, code),
      await served.http.post('/sign-in/phone-number', { phoneNumber, code }),
      await served.http.post('/phone-number/reset-password', {
        phoneNumber,
        otp: code,
        newPassword: 'correct horse',
      }),
    ];
    for (const answer of refused) {
      expect([...outcome(answer), answer.headers['retry-after']]).toEqual([503, 'SERVICE_UNAVAILABLE', '5']);
      expect(answer.text).not.toMatch(/ECONN|6379/);
    }
    expect(comparisons).not.toHaveBeenCalled();
    expect(await served.rows(PhoneAuthCode, { phoneNumber })).toMatchObject([{ attempts: 0 }]);

    down.mockRestore();
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });

  it("R17 limits.onFailure.verify: 'allow' goes on, with what the database counts", async () => {
    await start('allow');
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    down.mockRejectedValue(new Error('connect ECONNREFUSED'));
    for (const guess of wrongCodes(code, 3))
      expect((await served.verify(phoneNumber, guess)).status).toBe(400);
    expect(outcome(await served.verify(phoneNumber, code))).toEqual([403, 'TOO_MANY_ATTEMPTS']);
    const fresh = freshNumber();
    expect((await served.verify(fresh, await served.codeFor(fresh))).status).toBe(200);
  });
});
