import * as fc from 'fast-check';
import { PhoneAuthError, PhoneAuthService } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import { freshNumber } from '../support/api.js';
import { CodeModel } from '../support/code-model.js';
import { startOn } from '../support/platforms.js';
import { parallel } from '../support/served-app.js';

const RUNS = Number(process.env['PHONE_AUTH_MODEL_RUNS'] ?? 300);
const ALLOWED = 3;
const EXPIRES_IN = 300;

const steps = fc.oneof(
  fc
    .constantFrom('send', 'send fails', 'right', 'wrong', 'earlier', 'unsent')
    .map((name) => ({ name, seconds: 0 })),
  fc.integer({ min: 1, max: 200 }).map((seconds) => ({ name: 'wait', seconds })),
);

describe.each([
  { sameCodeOnResend: false, runs: RUNS },
  { sameCodeOnResend: true, runs: RUNS / 2 },
])('the states of a code, sameCodeOnResend: $sameCodeOnResend', ({ sameCodeOnResend, runs }) => {
  let t: TestApp;
  let service: PhoneAuthService;
  let comparisons: MockInstance<CodeMac['matches']>;
  beforeAll(async () => {
    // long codes, so that no wrong one is right by chance
    t = await startOn(
      { adapter: 'express', database: 'sqlite' },
      {
        options: {
          delivery: 'await',
          otpLength: 10,
          allowedAttempts: ALLOWED,
          expiresIn: EXPIRES_IN,
          sameCodeOnResend,
          // the model is one of codes; what a number may do besides has suites of its own
          limits: { guesses: false, sends: false, pumping: false },
        },
      },
    );
    service = t.app.get(PhoneAuthService);
    comparisons = vi.spyOn(t.app.get(CodeMac, { strict: false }), 'matches');
  });
  beforeEach(() => {
    comparisons.mockClear();
  });
  afterAll(() => t.close());

  /** What a verification says: `ok`, or the code of its error. */
  const verify = (phoneNumber: string, code: string): Promise<string> =>
    service.verify({ phoneNumber, code }).then(
      () => 'ok',
      (error: unknown) => (error instanceof PhoneAuthError ? error.code : String(error)),
    );

  /** Sends a code, or tries to. Returns the code that the sender was given. */
  const send = async (phoneNumber: string, fails = false): Promise<string> => {
    if (!fails) {
      await service.sendOtp({ phoneNumber });
      return t.inbox.lastCodeFor(phoneNumber);
    }
    let unsent = '';
    const sender = vi.spyOn(t.inbox, 'send').mockImplementationOnce(({ code }) => {
      unsent = code;
      return Promise.reject(new Error('no credit'));
    });
    await expect(service.sendOtp({ phoneNumber })).rejects.toMatchObject({ code: 'SEND_OTP_FAILED' });
    sender.mockRestore();
    return unsent;
  };

  /** How often the fullest code was compared. */
  const mostComparisons = () => {
    const counts = new Map<string, number>();
    for (const [, , { id }] of comparisons.mock.calls) counts.set(id, (counts.get(id) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  };

  it('I1, I2, S1.35, 8.4 whatever happens in whatever order, every answer is the one of the model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 25 }), async (history) => {
        comparisons.mockClear();
        const phoneNumber = freshNumber();
        const model = new CodeModel(() => t.clock.now(), ALLOWED, EXPIRES_IN, sameCodeOnResend);
        const unsent: string[] = [];
        const said: string[] = [];
        const expected: string[] = [];
        for (const { name, seconds } of history) {
          const guess = {
            right: model.current,
            wrong: 'wrong',
            earlier: model.earlier,
            unsent: unsent.at(-1),
          }[name];
          if (name === 'wait') t.clock.advance({ seconds });
          else if (name.startsWith('send')) {
            const fails = name === 'send fails';
            const { resent } = model;
            const code = await send(phoneNumber, fails);
            said.push(code === resent ? 'the same code' : 'a new code');
            expected.push(resent === undefined ? 'a new code' : 'the same code');
            if (fails) {
              unsent.push(code);
              model.failed();
            } else model.sent(code);
          } else {
            const code = guess === undefined || guess === 'wrong' ? '0000000000' : guess;
            said.push(await verify(phoneNumber, code));
            expected.push(model.verify(code));
          }
        }
        expect(said).toEqual(expected);
        expect(mostComparisons()).toBeLessThanOrEqual(ALLOWED);
      }),
      { numRuns: runs },
    );
  });

  it('I1, I2 all at once in whatever order: a code works once at most and is compared as often as allowed', async () => {
    const actions = fc.array(fc.constantFrom('send', 'send fails', 'right', 'wrong', 'earlier'), {
      minLength: 5,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(actions, async (names) => {
        comparisons.mockClear();
        const phoneNumber = freshNumber();
        const earlier = await send(phoneNumber);
        if (sameCodeOnResend) t.clock.advance({ seconds: EXPIRES_IN });
        const right = await send(phoneNumber);
        t.inbox.failWith(undefined);
        const successes: string[] = [];
        await parallel(names.length, async (index) => {
          const name = names[index];
          if (name === 'send' || name === 'send fails') {
            if (name === 'send fails') t.inbox.failWith(new Error('no credit'));
            await service.sendOtp({ phoneNumber }).catch(() => undefined);
            t.inbox.failWith(undefined);
            return;
          }
          const code = { right, wrong: '0000000000', earlier }[name ?? 'wrong'];
          if ((await verify(phoneNumber, code)) === 'ok') successes.push(code);
        });

        expect(successes.filter((code) => code === right).length).toBeLessThanOrEqual(1);
        expect(successes).not.toContain(earlier);
        expect(mostComparisons()).toBeLessThanOrEqual(ALLOWED);
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });

  it('S1.35, 8.4 a failed resend gives the earlier code back with the attempts it had', async () => {
    const phoneNumber = freshNumber();
    const code = await send(phoneNumber);
    await verify(phoneNumber, '0000000000');
    await verify(phoneNumber, '0000000000');
    await send(phoneNumber, true);

    expect(await verify(phoneNumber, '0000000000')).toBe('INVALID_OTP');
    expect(await verify(phoneNumber, code)).toBe('TOO_MANY_ATTEMPTS');
  });
});
