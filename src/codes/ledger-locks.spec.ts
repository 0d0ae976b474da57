import { describe, expect, it } from 'vitest';
import { LiveSettings } from '../options/live-settings.js';
import type { PhoneAuthOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import { ledgerLimits } from './ledger-limits.js';
import { guessLock, type PhoneState, sendLock } from './ledger-locks.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const now = 1_800_000_000_000;

const limitsWith = (options: PhoneAuthOptions = {}) => {
  const config = resolveConfig({ secret: 'the secret of this application, long enough', ...options });
  const settings = new LiveSettings(config);
  return { limits: ledgerLimits(config, settings), settings };
};
const { limits } = limitsWith();
const nothing: PhoneState = {
  phoneNumber: '+12025550123',
  holder: '',
  hourFailures: 0,
  hourFailuresFrom: 0,
  dayFailures: 0,
  dayFailuresFrom: 0,
  failuresInARow: 0,
  lockedUntil: 0,
  hourSends: 0,
  hourSendsFrom: 0,
  daySends: 0,
  daySendsFrom: 0,
  sendsInARow: 0,
  sentAt: 0,
  nextSendAt: 0,
  sentFrom: '',
  sendKey: '',
  messageId: '',
};
const guesses = (state: Partial<PhoneState>, human = false) =>
  guessLock(limits, { ...nothing, ...state }, now, human);
const sends = (state: Partial<PhoneState>) => sendLock(limits, { ...nothing, ...state }, now);

const waiting = (retryAfter: number, limit = 'number-guesses') => ({ retryAfter, limit });

/** The moment at which something is over, and the millisecond before. */
const OVER = now;
const NEARLY_OVER = now + 1;

describe('a number whose codes were guessed at', () => {
  it('R10 is open after nothing, and after one less than the limits', () => {
    expect(guesses({})).toBeUndefined();
    expect(
      guesses({
        hourFailures: 9,
        hourFailuresFrom: now,
        dayFailures: 19,
        dayFailuresFrom: now,
        failuresInARow: 49,
      }),
    ).toBeUndefined();
  });

  it('R16, A14 waits until the millisecond, in whole seconds', () => {
    expect(guesses({ lockedUntil: NEARLY_OVER })).toEqual(waiting(1));
    expect(guesses({ lockedUntil: now + 30 * SECOND })).toEqual(waiting(30));
    expect(guesses({ lockedUntil: OVER })).toBeUndefined();
  });

  it('R10, A14 waits for the end of the day, a human too', () => {
    const used = { dayFailures: 20 };
    for (const human of [false, true]) {
      expect(guesses({ ...used, dayFailuresFrom: NEARLY_OVER - DAY }, human)).toEqual(waiting(1));
      expect(guesses({ ...used, dayFailuresFrom: OVER - DAY }, human)).toBeUndefined();
    }
  });

  it('R10, A14 waits for the end of the hour, and a human does not', () => {
    const used = { hourFailures: 10 };
    expect(guesses({ ...used, hourFailuresFrom: NEARLY_OVER - HOUR })).toEqual(waiting(1));
    expect(guesses({ ...used, hourFailuresFrom: NEARLY_OVER - HOUR }, true)).toBeUndefined();
    expect(guesses({ ...used, hourFailuresFrom: OVER - HOUR })).toBeUndefined();
  });

  it('R10, R16 waits for the last of several ends', () => {
    const state = { lockedUntil: now + 60 * SECOND, hourFailures: 10, hourFailuresFrom: now };
    expect(guesses(state)).toEqual(waiting(3_600));
    expect(guesses(state, true)).toEqual(waiting(60));
    expect(guesses({ ...state, dayFailures: 20, dayFailuresFrom: now }, true)).toEqual(waiting(86_400));
  });

  it('R11 is disabled, whatever else has passed', () => {
    expect(guesses({ failuresInARow: 50 })).toEqual({ disabled: true });
    expect(guesses({ failuresInARow: 50, lockedUntil: NEARLY_OVER }, true)).toEqual({ disabled: true });
  });

  it('R16, S5.17 waits for nothing after the first wrong codes: as many as a code survives just now', () => {
    const { limits: own, settings } = limitsWith({ allowedAttempts: 1, limits: { guesses: { waits: [9] } } });
    expect(own.guesses?.waits).toEqual([0, 9]);
    settings.phoneNumber = { ...settings.phoneNumber, allowedAttempts: 3 };
    expect(own).toMatchObject({ allowedAttempts: 3, guesses: { waits: [0, 0, 0, 9] } });
  });

  it('R10 is open where the host wants no limits', () => {
    const { limits: none } = limitsWith({ limits: { guesses: false } });
    expect(
      guessLock(none, { ...nothing, failuresInARow: 99, lockedUntil: NEARLY_OVER }, now, false),
    ).toBeUndefined();
  });
});

describe('a number to which messages went', () => {
  it('R23, A14 waits for the delay', () => {
    expect(sends({})).toBeUndefined();
    expect(sends({ nextSendAt: NEARLY_OVER })).toEqual(waiting(1, 'number-delay'));
    expect(sends({ nextSendAt: OVER })).toBeUndefined();
  });

  it.each([
    ['R24 a row ends with an hour of rest', { sendsInARow: 5 }, 'sentAt', HOUR, 'number-row'],
    ['R25 an hour ends', { hourSends: 5 }, 'hourSendsFrom', HOUR, 'number-hour'],
    ['R25 a day ends', { daySends: 10 }, 'daySendsFrom', DAY, 'number-day'],
  ] as const)('%s at its millisecond', (_, used, from, window, limit) => {
    expect(sends({ ...used, [from]: NEARLY_OVER - window })).toEqual(waiting(1, limit));
    expect(sends({ ...used, [from]: OVER - window })).toBeUndefined();
  });

  it('R16, R11 gets none while its guesses wait, and none while it is disabled', () => {
    expect(sends({ lockedUntil: now + 30 * SECOND, nextSendAt: NEARLY_OVER })).toEqual(waiting(30));
    expect(sends({ failuresInARow: 50 })).toEqual({ disabled: true });
  });

  it('R10 gets one although its hour is used up: its code may be entered by a human', () => {
    expect(sends({ hourFailures: 10, hourFailuresFrom: now })).toBeUndefined();
  });
});
