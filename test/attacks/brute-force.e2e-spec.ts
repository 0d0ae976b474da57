import { afterAll, afterEach, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { codes, parallel, ServedApp, statuses, wrongCodes } from '../support/served-app.js';

/** The default of `allowedAttempts`. */
const ALLOWED = 3;
const EXPIRES_IN = 300;

describe.each(platforms)('guessing at a code on $name', (platform) => {
  let served: ServedApp;
  let comparisons: MockInstance<CodeMac['matches']>;
  beforeAll(async () => {
    served = await ServedApp.on(platform);
    comparisons = vi.spyOn(served.t.app.get(CodeMac, { strict: false }), 'matches');
  });
  afterEach(() => comparisons.mockClear());
  afterAll(() => served.close());

  it('A1, 8.3, I1 of 200 parallel wrong codes exactly the allowed number is compared', async () => {
    const phoneNumber = freshNumber();
    const guesses = wrongCodes(await served.codeFor(phoneNumber), 200);
    const answers = await Promise.all(guesses.map((guess) => served.verify(phoneNumber, guess)));

    expect(comparisons).toHaveBeenCalledTimes(ALLOWED);
    expect(codes(answers)).toEqual({ INVALID_OTP: ALLOWED, TOO_MANY_ATTEMPTS: 1, OTP_NOT_FOUND: 196 });
  });

  it('A1, 8.3 after a parallel attack the right code is refused as well', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    await Promise.all(wrongCodes(code, 50).map((guess) => served.verify(phoneNumber, guess)));
    comparisons.mockClear();

    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
    expect(comparisons).not.toHaveBeenCalled();
  });

  it('A1, I1 guesses through both routes that take a code share one budget', async () => {
    const phoneNumber = freshNumber();
    const guesses = wrongCodes(await served.codeFor(phoneNumber), 60);
    await Promise.all(
      guesses.map((code, index) =>
        index % 2
          ? served.verify(phoneNumber, code)
          : served.http.post('/sign-in/phone-number', { phoneNumber, code }),
      ),
    );

    expect(comparisons).toHaveBeenCalledTimes(ALLOWED);
  });

  it('A1, I1 guesses in different spellings of one number share one budget', async () => {
    const phoneNumber = freshNumber();
    const spellings = [phoneNumber, phoneNumber.replace('+1202', '+1 (202) '), `${phoneNumber} `];
    const guesses = wrongCodes(await served.codeFor(phoneNumber), 30);
    await Promise.all(guesses.map((code, index) => served.verify(spellings[index % 3] ?? '', code)));

    expect(comparisons).toHaveBeenCalledTimes(ALLOWED);
  });

  it('A2 the right code among 99 wrong ones succeeds once at most and within the budget', async () => {
    for (const position of [0, 2, 50, 99]) {
      comparisons.mockClear();
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const guesses = wrongCodes(code, 99).toSpliced(position, 0, code);
      const answers = await Promise.all(guesses.map((guess) => served.verify(phoneNumber, guess)));

      expect(statuses(answers)[200] ?? 0).toBeLessThanOrEqual(1);
      expect(comparisons.mock.calls.length).toBeLessThanOrEqual(ALLOWED);
    }
  });

  it('8.5, A14 after one wrong code less than allowed the right one works', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const left: unknown[] = [];
    for (const guess of wrongCodes(code, ALLOWED - 1))
      left.push((await served.verify(phoneNumber, guess)).body.attemptsRemaining);

    expect(left).toEqual([2, 1]);
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });

  it('8.5, A14 after as many wrong codes as allowed the right one is locked out', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    for (const guess of wrongCodes(code, ALLOWED)) await served.verify(phoneNumber, guess);

    const locked = await served.verify(phoneNumber, code);
    expect([locked.status, locked.body.code]).toEqual([403, 'TOO_MANY_ATTEMPTS']);
    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('A14 a code is good one millisecond before it expires', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    served.t.clock.advance({ seconds: EXPIRES_IN, milliseconds: -1 });

    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });

  it('A14 a code is void at the millisecond at which it expires', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    served.t.clock.advance({ seconds: EXPIRES_IN });

    expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_EXPIRED');
    expect(comparisons).not.toHaveBeenCalled();
  });

  it('A1 what cannot be a code costs the owner no attempt', async () => {
    const phoneNumber = freshNumber();
    await served.codeFor(phoneNumber);
    await parallel(20, () => served.verify(phoneNumber, 'no digits'));

    expect(await served.rows(PhoneAuthCode, { phoneNumber })).toMatchObject([{ attempts: 0 }]);
  });
});

describe.each(platforms)('allowedAttempts on $name', (platform) => {
  it.each([1, 10])('8.3, A14 %i is exactly how many wrong codes are compared', async (allowedAttempts) => {
    const served = await ServedApp.on(platform, { options: { allowedAttempts } });
    try {
      const comparisons = vi.spyOn(served.t.app.get(CodeMac, { strict: false }), 'matches');
      const phoneNumber = freshNumber();
      const guesses = wrongCodes(await served.codeFor(phoneNumber), 40);
      await Promise.all(guesses.map((guess) => served.verify(phoneNumber, guess)));

      expect(comparisons).toHaveBeenCalledTimes(allowedAttempts);
    } finally {
      await served.close();
    }
  });
});
