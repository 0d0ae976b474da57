import { PhoneAuthService } from 'nestjs-phone-auth';
import { TestClock } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import type { PhoneAuthEvent } from '../../src/events/phone-auth-event.js';
import { maskPhoneNumber } from '../../src/phone/mask.js';
import { fromElsewhere } from '../support/addresses.js';
import { freshNumber } from '../support/api.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { keeping } from '../support/keeping.js';
import { platforms } from '../support/platforms.js';
import { parallel, ServedApp, wrongCodes } from '../support/served-app.js';
import { startTwoOn } from '../support/two-instances.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** The defaults of `limits.guesses`. */
const PER_HOUR = 10;
const PER_DAY = 20;
const IN_A_ROW = 50;

/** Messages are not what this is about. */
const FREE_MESSAGES = { sends: false, pumping: false } as const;

const RESET = '/phone-number/request-password-reset';
const WRONG = [400, 'INVALID_OTP'];
const times = <T>(length: number, value: T): T[] => Array.from({ length }, () => value);
const outcome = ({ status, body }: Answer) => [status, body.code];
const comparisonsOf = ({ t }: ServedApp) => vi.spyOn(t.app.get(CodeMac, { strict: false }), 'matches');
/** The mark of a known device that an answer sets. */
const deviceOf = ({ headers }: Answer) => {
  const cookie = headers['set-cookie']?.find((line) => line.startsWith('better-auth.device='));
  if (cookie === undefined) throw new Error('no device cookie was set');
  return { cookie: cookie.split(';')[0] ?? '', line: cookie };
};

// the database counts: each pair with an adapter would show the same once more
describe.each(platforms)('guesses at one number on $name', (platform) => {
  let served: ServedApp;
  let comparisons: MockInstance<CodeMac['matches']>;
  let phoneNumber: string;
  beforeAll(async () => {
    served = await ServedApp.on(platform, { trustProxy: true, options: { limits: FREE_MESSAGES } });
    comparisons = comparisonsOf(served);
  });
  beforeEach(() => {
    phoneNumber = freshNumber();
    comparisons.mockClear();
  });
  afterAll(() => served.close());

  const verify = (code: string, headers = fromElsewhere()) => served.verify(phoneNumber, code, {}, headers);
  const send = (headers = fromElsewhere()) => served.sendOtp(phoneNumber, headers);
  const codeFor = (headers = fromElsewhere()) => served.codeFor(phoneNumber, headers);
  const browser = (cookie: string) => fromElsewhere({ cookie, origin: served.http.origin });
  const pass = ({ headers }: Answer) => served.t.clock.advance({ seconds: Number(headers['retry-after']) });
  /** One wrong code, at a code of its own. */
  const fail = async (): Promise<Answer> => {
    const [guess = ''] = wrongCodes(await codeFor(), 1);
    return verify(guess);
  };

  /** Asks for codes and guesses at each as often as one code less one allows, and waits when it is told to. */
  const attackUntil = async (end: number): Promise<void> => {
    while (served.t.clock.now() < end) {
      const sent = await send();
      let last = sent;
      if (sent.status === 200)
        for (const guess of wrongCodes(served.t.inbox.lastCodeFor(phoneNumber), 2))
          last = await verify(guess);
      if (last.status === 429) pass(last);
    }
  };

  it('8.6, A5, R10, R16 a new code gives no new guesses: ten in an hour and twenty in a day are compared', async () => {
    const start = served.t.clock.now();
    await attackUntil(start + HOUR - 1);
    expect(comparisons).toHaveBeenCalledTimes(PER_HOUR);
    await attackUntil(start + DAY - 1);
    expect(comparisons).toHaveBeenCalledTimes(PER_DAY);
  });

  it('R16 the waits grow to an hour, and Retry-After says how long they are', async () => {
    const waits = [];
    for (let n = 0; n <= PER_HOUR; n += 1) {
      expect(outcome(await fail())).toEqual(WRONG);
      const sent = await send();
      const { body, headers } = sent.status === 200 ? sent : await verify('000000');
      waits.push(body.retryAfter ?? 0);
      expect([headers['retry-after'], sent.headers['retry-after']]).toEqual(
        Array(2).fill(body.retryAfter?.toString()),
      );
      served.t.clock.advance({ seconds: body.retryAfter ?? 0 });
    }
    expect(waits).toEqual([0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600]);
  });

  it('A11, R16, A14 the right code that came before a wait is refused until its last millisecond', async () => {
    for (let n = 0; n < 3; n += 1) await fail();
    const code = await codeFor();
    const [guess = ''] = wrongCodes(code, 1);
    await verify(guess);
    comparisons.mockClear();

    const refused = await verify(code);
    expect(outcome(refused)).toEqual([429, 'RATE_LIMITED']);
    expect(refused.headers['retry-after']).toBe('30');
    served.t.clock.advance({ seconds: 30, milliseconds: -1 });
    expect((await verify(code)).status).toBe(429);
    expect(comparisons).not.toHaveBeenCalled();
    served.t.clock.advance({ milliseconds: 1 });
    expect((await verify(code)).status).toBe(200);
  });

  it('R10 a right code ends what was counted', async () => {
    for (let round = 0; round < 4; round += 1) {
      await fail();
      await fail();
      await fail();
      expect((await verify(await codeFor())).status).toBe(200);
    }
  });

  it('A6, R14 sign-in, verify, link, reset and the service share one ledger', async () => {
    const stranger = await served.signIn();
    const service = served.t.app.get(PhoneAuthService);
    const newPassword = 'correct horse';
    const entries: Record<string, (code: string) => Promise<unknown[]>> = {
      verify: async (code) => outcome(await verify(code)),
      'sign-in': async (code) =>
        outcome(await served.http.post('/sign-in/phone-number', { phoneNumber, code }, fromElsewhere())),
      link: async (code) =>
        outcome(
          await served.verify(phoneNumber, code, { updatePhoneNumber: true }, fromElsewhere(stranger.bearer)),
        ),
      reset: async (otp) =>
        outcome(
          await served.http.post(
            '/phone-number/reset-password',
            { phoneNumber, otp, newPassword },
            fromElsewhere(),
          ),
        ),
      service: (code) =>
        service.consumePhoneNumberOTP({ phoneNumber, code }).then(
          () => ['ok'],
          ({ code: refusal }: { code: string }) => [refusal === 'RATE_LIMITED' ? 429 : 400, refusal],
        ),
    };
    const said: unknown[] = [];
    comparisons.mockClear();
    for (const entry of [...Object.values(entries), ...Object.values(entries)]) {
      const refused = await send();
      if (refused.status === 429) pass(refused);
      await served.http.post(RESET, { phoneNumber }, fromElsewhere());
      const [guess = ''] = wrongCodes(await codeFor(), 1);
      said.push(await entry(guess));
    }
    expect(said).toEqual(times(PER_HOUR, WRONG));
    expect(comparisons).toHaveBeenCalledTimes(PER_HOUR);

    for (const [name, entry] of Object.entries(entries))
      expect(await entry('000000'), name).toEqual([429, 'RATE_LIMITED']);
    expect(comparisons).toHaveBeenCalledTimes(PER_HOUR);
  });

  it('R15 strangers who use up the tries do not lock out a device that has proven the number', async () => {
    const { cookie } = deviceOf(await verify(await codeFor()));
    for (let n = 0; n < 4; n += 1) await fail();
    expect((await send()).status).toBe(429);

    const code = await codeFor(browser(cookie));
    expect((await verify(code)).status).toBe(429);
    expect((await verify(code, browser(cookie))).status).toBe(200);
  });

  it('R15 the tries of a known device are limited as well', async () => {
    const { cookie } = deviceOf(await verify(await codeFor()));
    for (let n = 0; n < 4; n += 1) {
      const [guess = ''] = wrongCodes(await codeFor(), 1);
      expect(outcome(await verify(guess, browser(cookie)))).toEqual(WRONG);
    }
    expect((await send(browser(cookie))).status).toBe(429);
    expect((await send()).status).toBe(200);
  });

  it('R15, R56 the mark of a device is a cookie that no script reads, and the device keeps it', async () => {
    const { cookie, line } = deviceOf(await verify(await codeFor()));
    const attributes = line.split('; ').slice(1);
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=15552000', 'Path=/', 'SameSite=Lax']);
    const again = deviceOf(await verify(await codeFor(), browser(cookie)));
    const idOf = (text: string) => text.split('=')[1]?.split('.')[0];
    expect(idOf(again.cookie)).toBe(idOf(cookie));
  });

  it('R15 the mark of another number, a made-up one and one that is over are nothing', async () => {
    const { cookie: over } = deviceOf(await verify(await codeFor()));
    const mine = phoneNumber;
    phoneNumber = freshNumber();
    served.t.clock.advance({ days: 180 });
    const { cookie: foreign } = deviceOf(await verify(await codeFor()));
    phoneNumber = mine;
    for (let n = 0; n < 4; n += 1) await fail();

    const forged = foreign.replace(/\.[^.]*$/, `.${'A'.repeat(43)}`);
    for (const cookie of [over, foreign, forged, 'better-auth.device=', 'better-auth.device=..'])
      expect((await send(browser(cookie))).status, cookie).toBe(429);
  });
});

describe.each(platforms)('guesses at one number through two instances on $name', (platform) => {
  let instances: [ServedApp, ServedApp];
  let clock: TestClock;
  let close: () => Promise<void>;
  let comparisons: MockInstance<CodeMac['matches']>[];
  const told: PhoneAuthEvent[] = [];
  beforeAll(async () => {
    ({ instances, clock, close } = await startTwoOn(platform, {
      trustProxy: true,
      options: {
        resendDelays: false,
        allowedAttempts: 10,
        limits: { ...FREE_MESSAGES, guesses: { waits: [0] } },
        onEvent: keeping(told, 'number.disabled'),
      },
    }));
    comparisons = instances.map(comparisonsOf);
  });
  beforeEach(() => {
    for (const spy of comparisons) spy.mockClear();
  });
  afterAll(() => close());

  const instance = (index: number) => instances[index % 2 === 0 ? 0 : 1];
  const compared = () => comparisons.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  const codeFor = (phoneNumber: string, headers?: RequestHeaders) =>
    instance(0).codeFor(phoneNumber, fromElsewhere(headers));
  /** Codes for signing in and for a new password, each asked for while guesses at all of them are under way. */
  const spray = async (phoneNumber: string, codes: number, guessesEach: number): Promise<Answer[]> => {
    const guesses: Promise<Answer[]>[] = [];
    for (let n = 0; n < codes; n += 1) {
      await instance(0).sendOtp(phoneNumber, fromElsewhere());
      const code = instance(0).t.inbox.lastCodeFor(phoneNumber);
      await instance(1).http.post(RESET, { phoneNumber }, fromElsewhere());
      const wrong = wrongCodes(code, guessesEach);
      guesses.push(
        parallel(guessesEach, (index) => {
          const { http } = instance(index >> 1);
          const guess = wrong[index] ?? '';
          return index % 2 === 0
            ? http.post('/phone-number/verify', { phoneNumber, code: guess }, fromElsewhere())
            : http.post(
                '/phone-number/reset-password',
                { phoneNumber, otp: guess, newPassword: 'correct horse' },
                fromElsewhere(),
              );
        }),
      );
    }
    return (await Promise.all(guesses)).flat();
  };

  it('A7, R10 of 1 000 parallel guesses over 20 codes and both purposes as many are compared as an hour allows', async () => {
    const phoneNumber = freshNumber();
    const answers = await spray(phoneNumber, 20, 50);
    expect(compared()).toBe(PER_HOUR);
    expect(answers.filter(({ status }) => status >= 500 || status === 200)).toEqual([]);

    clock.advance({ hours: 1 });
    await spray(phoneNumber, 2, 30);
    expect(compared()).toBe(PER_DAY);
    clock.advance({ hours: 1 });
    await spray(phoneNumber, 1, 30);
    expect(compared()).toBe(PER_DAY);
  });

  /** Wrong codes until the number is disabled: as many as a day allows on each day. */
  const disable = async (phoneNumber: string) => {
    const answers: Answer[] = [];
    for (let n = 0; n < IN_A_ROW; n += PER_HOUR) {
      if (n % PER_DAY === 0) clock.advance({ days: 1 });
      else clock.advance({ hours: 1 });
      const guesses = wrongCodes(await codeFor(phoneNumber), PER_HOUR);
      for (const guess of guesses)
        answers.push(await instance(n).verify(phoneNumber, guess, {}, fromElsewhere()));
    }
    clock.advance({ days: 30 });
    return answers;
  };

  it('R11, A14 fifty wrong codes in a row disable a number, until a known device proves it', async () => {
    const phoneNumber = freshNumber();
    const signedIn = await instance(0).verify(phoneNumber, await codeFor(phoneNumber), {}, fromElsewhere());
    const { cookie } = deviceOf(signedIn);
    told.length = 0;
    const answers = await disable(phoneNumber);
    expect(answers.map(outcome)).toEqual(times(IN_A_ROW, WRONG));
    await instance(0).t.settled();
    await instance(1).t.settled();
    expect(told).toMatchObject([{ phoneNumber: maskPhoneNumber(phoneNumber), country: 'US' }]);

    const refused = [403, 'PHONE_NUMBER_DISABLED'];
    expect(outcome(await instance(1).sendOtp(phoneNumber, fromElsewhere()))).toEqual(refused);
    const device = { cookie, origin: instance(0).http.origin };
    const code = await codeFor(phoneNumber, device);
    const before = compared();
    expect(outcome(await instance(1).verify(phoneNumber, code, {}, fromElsewhere()))).toEqual(refused);
    expect(compared()).toBe(before);

    const known = await instance(0).verify(phoneNumber, code, {}, fromElsewhere(device));
    expect(known.status).toBe(200);
    const fresh = await codeFor(phoneNumber);
    expect((await instance(1).verify(phoneNumber, fresh, {}, fromElsewhere())).status).toBe(200);
  });

  it('R11 PhoneAuthService.enableNumber() enables a number in any spelling', async () => {
    const phoneNumber = freshNumber();
    await disable(phoneNumber);
    expect((await instance(0).sendOtp(phoneNumber, fromElsewhere())).status).toBe(403);
    const spelling = phoneNumber.replace('+1202', '+1 (202) ');
    await instance(1).t.app.get(PhoneAuthService).enableNumber(spelling);
    const code = await codeFor(phoneNumber);
    expect((await instance(0).verify(phoneNumber, code, {}, fromElsewhere())).status).toBe(200);
  });
});
