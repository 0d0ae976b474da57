import type { PhoneAuthEvent } from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongCodes, ServedApp } from '../support/served-app.js';
import { CapturingLogger } from '../support/capturing-logger.js';
import { keeping } from '../support/keeping.js';
import { platforms } from '../support/platforms.js';
import { DEFAULT_LIMITS } from '../support/send-traffic.js';

const CODE = '424242';
/** Ten, as many as there can be, so that every test has one of its own. */
const numbers = Array.from({ length: 10 }, (_, i) => `+1202555011${i}`);
const codes = Object.fromEntries(numbers.map((number) => [number, CODE]));

describe.each(platforms)('test numbers on $name', (platform) => {
  let served: ServedApp;
  const events: PhoneAuthEvent[] = [];
  const log = new CapturingLogger();
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: {
        ...DEFAULT_LIMITS,
        testNumbers: { codes, until: new Date(Date.now() + 7 * 86_400_000) },
        onEvent: keeping(events, 'test-number.used'),
      },
    });
    served.t.app.useLogger(log);
  });
  afterAll(() => served.close());

  const outcome = async (number: string, code: string) => {
    const { status, body } = await served.verify(number, code);
    return [status, body.code];
  };

  it('sign in with the fixed code, and nothing is sent', async () => {
    const [number = ''] = numbers;
    const { status, body } = await served.sendOtp(number);
    expect([status, body.resendAfter]).toEqual([200, 30]);
    expect(await outcome(number, CODE)).toEqual([200, undefined]);
    expect(served.t.inbox.messages).toEqual([]);
  });

  it('R62 every use is an event and a warning, without the number or the code', async () => {
    const number = numbers[1]!;
    events.length = log.lines.length = 0;
    await served.sendOtp(number);
    await served.verify(number, CODE);
    await served.t.settled();
    const at = served.t.clock.now();
    const phoneNumber = '+1********11';
    expect(events).toEqual([
      { type: 'test-number.used', phoneNumber, step: 'send', at },
      { type: 'test-number.used', phoneNumber, step: 'verify', at },
    ]);
    expect(log.lines.filter((line) => line.includes('test number'))).toHaveLength(2);
    expect(log.lines.join()).not.toMatch(/2025550111|424242/);
  });

  it('R3 the code works once, and only where it was asked for', async () => {
    const number = numbers[2]!;
    expect(await outcome(number, CODE)).toEqual([400, 'OTP_NOT_FOUND']);
    await served.sendOtp(number);
    expect(await outcome(number, CODE)).toEqual([200, undefined]);
    expect(await outcome(number, CODE)).toEqual([400, 'OTP_NOT_FOUND']);
  });

  it('R2 the code ends like any other', async () => {
    const number = numbers[3]!;
    await served.sendOtp(number);
    served.t.clock.advance({ seconds: 300 });
    expect(await outcome(number, CODE)).toEqual([400, 'OTP_EXPIRED']);
  });

  it('R9, R10 tries are limited: by the code, and by the number across codes', async () => {
    const number = numbers[4]!;
    const seen: (string | undefined)[] = [];
    for (let round = 0; round < 8 && !seen.includes('RATE_LIMITED'); round += 1) {
      await served.sendOtp(number);
      for (const guess of wrongCodes(CODE, 3)) seen.push((await served.verify(number, guess)).body.code);
      served.t.clock.advance({ minutes: 20 });
    }
    expect(seen.slice(0, 3)).toEqual(['INVALID_OTP', 'INVALID_OTP', 'INVALID_OTP']);
    expect(seen.at(-1)).toBe('RATE_LIMITED');
    // the right one is no way around it
    expect((await served.verify(number, CODE)).status).not.toBe(200);
  });

  it('R23, R25 what is asked for is limited like messages', async () => {
    const number = numbers[5]!;
    await served.sendOtp(number);
    expect((await served.sendOtp(number)).status).toBe(429);
    for (let i = 1; i < 5; i += 1) {
      served.t.clock.advance({ minutes: 2 });
      expect((await served.sendOtp(number)).status).toBe(200);
    }
    served.t.clock.advance({ minutes: 2 });
    expect((await served.sendOtp(number)).status).toBe(429);
  });

  it('A17 the fixed code of a sign-in resets no password without a reset having been asked for', async () => {
    const number = numbers[6]!;
    await served.sendOtp(number);
    const reset = { phoneNumber: number, otp: CODE, newPassword: 'correct horse' };
    expect((await served.http.post('/phone-number/reset-password', reset)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('are ordinary numbers once their day has come', async () => {
    const number = numbers[7]!;
    served.t.clock.advance({ days: 7 });
    served.t.inbox.clear();
    events.length = 0;
    // chance may draw the fixed one
    do {
      served.t.clock.advance({ hours: 2 });
      await served.sendOtp(number);
    } while (served.t.inbox.lastCodeFor(number) === CODE);
    expect(await outcome(number, CODE)).toEqual([400, 'INVALID_OTP']);
    expect(await outcome(number, served.t.inbox.lastCodeFor(number))).toEqual([200, undefined]);
    await served.t.settled();
    expect(events.map(({ type }) => type)).not.toContain('test-number.used');
  });
});

describe('test numbers beside a provider that checks codes itself', () => {
  it('S4.42 are checked by the module, and the provider is not asked', async () => {
    const asked: string[] = [];
    const served = await ServedApp.on(platforms[0]!, {
      options: {
        testNumbers: { codes, until: new Date(Date.now() + 86_400_000) },
        verifyOTP: ({ code }) => {
          asked.push(code);
          return true;
        },
      },
    });
    const number = numbers[0]!;
    await served.sendOtp(number);
    expect((await served.verify(number, '111111')).body.code).toBe('INVALID_OTP');
    expect((await served.verify(number, CODE)).status).toBe(200);
    expect(asked).toEqual([]);
    await served.close();
  });
});
