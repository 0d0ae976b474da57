import { PhoneNumbers } from '../phone/phone-numbers.js';
import { AddressRefusal } from './address-refusal.js';
import { describe, expect, it } from 'vitest';
import { TestClock } from 'nestjs-phone-auth/testing';
import { CallbackEventSink } from '../events/callback-event-sink.js';
import { Events } from '../events/events.js';
import type { SendSuspectedEvent } from '../events/phone-auth-event.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { LimitOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from '../phone/e164.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Conversions } from './conversions.js';
import { MemoryQuotaStore } from './memory-quota-store.js';
import type { QuotaOutcome } from './quota-store.js';
import { type SendAttempt, SendGuard } from './send-guard.js';
import { type SendStat, SendStatStore } from './send-stat-store.js';

const NOON = Date.UTC(2026, 2, 16, 12);

/** Numbers of Germany, each in a block of its own; other countries have their own calling code. */
const number = (n: number, country = '49') => `+${country}15${String(10_000 + n)}0001` as E164;

class CountingStore extends MemoryQuotaStore {
  takes = 0;
  isDown = false;

  override async take(...args: Parameters<MemoryQuotaStore['take']>): Promise<QuotaOutcome> {
    this.takes += 1;
    if (this.isDown) throw new PhoneAuthError('SERVICE_UNAVAILABLE');
    return super.take(...args);
  }
}

async function setup(limits: LimitOptions = {}, history: SendStat[] = []) {
  const clock = new TestClock(NOON);
  const background = new BackgroundTasks();
  const told: SendSuspectedEvent[] = [];
  const sink = new CallbackEventSink((event) => void (event.type === 'send.suspected' && told.push(event)));
  const events = new Events(sink, clock, background);
  const stats = Object.assign(Object.create(SendStatStore.prototype) as SendStatStore, {
    add: () => Promise.resolve(),
    since: () => Promise.resolve(history),
  });
  const conversions = new Conversions(stats, clock, background, events);
  await conversions.refresh();
  const store = new CountingStore(clock);
  const secret = 'the secret of this application, long enough';
  const config = resolveConfig({ secret, limits });
  const guard = new SendGuard(
    store,
    conversions,
    events,
    new AddressRefusal(config),
    new PhoneNumbers(config),
    config,
  );

  const take = (phoneNumber: E164, address: string | undefined, more: Partial<SendAttempt> = {}) =>
    guard.take({ phoneNumber, address, userId: undefined, trusted: false, challenge: undefined, ...more });
  const proven = (phoneNumber: E164, address: string, messages = 1, trusted = false) =>
    guard.proven({ phoneNumber, address, messages, trusted });
  /** How many of so many messages go out. */
  const count = async (times: number, attempt: (n: number) => Promise<unknown>) => {
    let sent = 0;
    for (let n = 0; n < times; n += 1) {
      try {
        await attempt(n);
        sent += 1;
      } catch (error) {
        if (!(error instanceof PhoneAuthError) || error.code !== 'RATE_LIMITED') throw error;
      }
    }
    return sent;
  };
  const settledEvents = async () => {
    await background.settled();
    return told;
  };
  return { clock, store, guard, take, proven, count, told: settledEvents };
}

const GENEROUS = { perHour: 1_000, perDay: 1_000 };
/** Nothing but what a test is about. */
const wide = { perAddress: GENEROUS, perCountry: GENEROUS, overall: GENEROUS, perBlock: 1_000 };
const suspicious = { ...wide, perCountry: { perHour: 2, perDay: 2 } };

describe('messages that are simply limited', () => {
  it('R26 go out 20 times an hour for one address', async () => {
    const { clock, take, count } = await setup({ pumping: false });
    expect(await count(25, (n) => take(number(n), 'a'))).toBe(20);
    expect(await count(1, (n) => take(number(n), 'b'))).toBe(1);
    clock.advance({ hours: 1 });
    expect(await count(25, (n) => take(number(n), 'a'))).toBe(20);
  });

  it('R26 go out five times an hour for one user', async () => {
    const { take, count } = await setup({ pumping: false });
    expect(await count(7, (n) => take(number(n), `a${n}`, { userId: 'u' }))).toBe(5);
  });

  it('R29 go out as often as all together may', async () => {
    const { clock, take, count } = await setup({
      pumping: false,
      sends: { overall: { perMinute: 3, perDay: 5 } },
    });
    expect(await count(4, (n) => take(number(n), `a${n}`))).toBe(3);
    clock.advance({ minutes: 1 });
    expect(await count(4, (n) => take(number(n), `a${n}`))).toBe(2);
  });

  it('R26 tell how long to wait', async () => {
    const { take, count } = await setup({ pumping: false });
    await count(20, (n) => take(number(n), 'a'));
    await expect(take(number(99), 'a')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 3_600 });
  });

  it('R26 are limited for known devices too', async () => {
    const { take, count } = await setup();
    expect(await count(25, (n) => take(number(n), 'a', { trusted: true }))).toBe(20);
  });
});

describe('messages whose codes do not come back', () => {
  it('R30 go out eight times an hour and twelve times a day for one address', async () => {
    const { clock, take, count } = await setup({ pumping: { ...wide, perAddress: {} } });
    expect(await count(10, (n) => take(number(n), 'a'))).toBe(8);
    clock.advance({ hours: 1 });
    expect(await count(10, (n) => take(number(n), 'a'))).toBe(4);
  });

  it('R30 make room again with each code that comes back, and 0.7 on top', async () => {
    const { take, proven, count } = await setup({ pumping: { ...wide, perAddress: { perHour: 4 } } });
    await count(4, (n) => take(number(n), 'a'));
    for (let n = 0; n < 3; n += 1) await proven(number(n), 'a');
    // 4 - 3 * 1.7 = -1.1, and there is room as long as it is below 4
    expect(await count(10, (n) => take(number(10 + n), 'a'))).toBe(6);
  });

  it('R30 give back all messages that a number took', async () => {
    const { take, proven, count } = await setup({
      pumping: { ...wide, tolerance: 0, perAddress: { perHour: 4 } },
    });
    await count(3, () => take(number(1), 'a'));
    await proven(number(1), 'a', 3);
    expect(await count(10, (n) => take(number(n), 'a'))).toBe(4);
  });

  it('R27 go out ten times an hour to a block of 10 000 numbers', async () => {
    const { clock, take, count } = await setup({ pumping: { ...wide, perBlock: 10 } });
    const inBlock = (n: number) => `+49151234${1_000 + n}` as E164;
    expect(await count(500, (n) => take(inBlock(n), `a${n}`))).toBe(10);
    clock.advance({ hours: 1 });
    expect(await count(500, (n) => take(inBlock(n), `a${n}`))).toBe(10);
  });

  it('R28 go to three countries from one address', async () => {
    const { take, count } = await setup({ pumping: wide });
    expect(await count(6, (n) => take(number(n, ['49', '33', '34', '94', '998', '254'][n]), 'a'))).toBe(3);
    expect(await count(3, (n) => take(number(10 + n), 'a'))).toBe(3);
  });

  it('R28 go to another country once a code came back', async () => {
    const { take, proven, count } = await setup({ pumping: wide });
    await count(4, (n) => take(number(n, ['49', '33', '34', '94'][n]), 'a'));
    await proven(number(0), 'a');
    expect(await count(1, (n) => take(number(n, '94'), 'a'))).toBe(1);
  });

  it('R31 are suspected from the sixth in an hour to a country without history', async () => {
    const { take, count, told } = await setup();
    await count(5, (n) => take(number(n), `a${n}`));
    expect(await told()).toEqual([]);
    await take(number(5), 'a5');
    expect(await told()).toMatchObject([{ reason: 'country-hour', decision: 'spared', hits: 5, limit: 5 }]);
  });

  it('R31 are suspected later where the best day of the history was better', async () => {
    const history = [
      { hour: NOON - 48 * 3_600_000, country: 'DE', provider: '', sent: 300, verified: 240, failed: 0 },
    ];
    const { take, count, told } = await setup({}, history);
    // 0.35 * 240 a day, and a sixth of it in an hour
    await count(14, (n) => take(number(n), `a${n}`));
    expect(await told()).toEqual([]);
    await take(number(14), 'a14');
    expect(await told()).toMatchObject([{ reason: 'country-hour', limit: 14 }]);
  });

  it('R31 are suspected over all countries together', async () => {
    const { take, count, told } = await setup({ pumping: { ...wide, overall: { perHour: 3, perDay: 9 } } });
    await count(4, (n) => take(number(n, ['49', '33', '34', '94'][n]), `a${n}`));
    expect(await told()).toMatchObject([{ reason: 'overall-hour', country: 'LK' }]);
  });

  it('R31 from known devices are neither counted nor given back', async () => {
    const { take, proven, count, told } = await setup({ pumping: suspicious });
    await count(5, (n) => take(number(n), `a${n}`, { trusted: true }));
    await count(2, (n) => take(number(n), `b${n}`));
    for (let n = 0; n < 5; n += 1) await proven(number(n), `a${n}`, 1, true);
    expect(await told()).toEqual([]);
    await take(number(9), 'c');
    expect(await told()).toHaveLength(1);
  });
});

describe('while a country is suspected', () => {
  /** A country that is suspected, and a message out for address `a`. */
  const suspected = async (more: LimitOptions['pumping'] = {}) => {
    const all = await setup({ pumping: { ...suspicious, ...more } });
    await all.count(2, (n) => all.take(number(n), `first${n}`));
    await all.take(number(100), 'a');
    return all;
  };

  it('R31 every address gets a message', async () => {
    const { take, count } = await suspected();
    expect(await count(50, (n) => take(number(200 + n), `b${n}`))).toBe(50);
  });

  it('R31 a number gets the same again, and no third one from an address that was refused', async () => {
    const { take, count } = await suspected();
    expect(await count(2, () => take(number(100), 'a'))).toBe(2);
    await count(20, (n) => take(number(300 + n), 'a'));
    expect(await count(2, () => take(number(100), 'a'))).toBe(0);
  });

  it('R31 addresses with an open message share what the others make room for', async () => {
    const { take, count } = await suspected();
    await count(40, (n) => take(number(200 + n), `b${n}`));
    // 2, and a quarter of the 41 messages before: 12.25, which has room for one more than 12
    expect(await count(100, (n) => take(number(300 + n), `b${n % 40}`))).toBe(13);
  });

  it('R31 an address that was refused waits three hours for more', async () => {
    const { clock, take, count } = await suspected({ perCountry: { perHour: 1, perDay: 1 } });
    await count(10, (n) => take(number(300 + n), 'a'));
    clock.advance({ minutes: 20 });
    expect(await count(5, (n) => take(number(400 + n), 'a'))).toBe(0);
    clock.advance({ hours: 3 });
    expect(await count(5, (n) => take(number(500 + n), 'a'))).toBeGreaterThan(0);
  });

  it('R31 an address is new again once its code came back', async () => {
    const { take, proven, count, told } = await suspected();
    await proven(number(100), 'a');
    await count(1, () => take(number(101), 'a'));
    expect((await told()).every(({ decision }) => decision === 'spared')).toBe(true);
  });

  it('R31 a known device gets its message', async () => {
    const { take, count } = await suspected();
    expect(await count(5, (n) => take(number(300 + n), 'a', { trusted: true }))).toBe(5);
  });

  it('R31 other countries are not', async () => {
    const { take, told } = await suspected();
    const before = (await told()).length;
    await take(number(1, '33'), 'a');
    expect(await told()).toHaveLength(before);
  });
});

describe('what becomes of a message that looks like pumping', () => {
  const block = { pumping: { ...wide, perBlock: 1 } };
  const same = '+4915123451000' as E164;
  const next = '+4915123451001' as E164;

  it('R31 deny: it is refused, and the event says why', async () => {
    const { take, told } = await setup(block);
    await take(same, '192.0.2.1');
    await expect(take(next, '192.0.2.2')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 3_600 });
    expect(await told()).toEqual([
      {
        type: 'send.suspected',
        at: NOON,
        decision: 'denied',
        reason: 'block',
        hits: 1,
        limit: 1,
        phoneNumber: '+4**********01',
        country: 'DE',
        address: '192.0.2.2',
      },
    ]);
  });

  it('R31 observe: it goes out, is reported, and is counted', async () => {
    const { take, told } = await setup({ pumping: { ...block.pumping, mode: 'observe' } });
    await take(same, 'a');
    await take(next, 'b');
    await take(next, 'c');
    expect(await told()).toMatchObject([
      { decision: 'observed', hits: 1 },
      { decision: 'observed', hits: 2 },
    ]);
  });

  it('R31 challenge: it goes out for a human', async () => {
    const { take, told } = await setup({ pumping: { ...block.pumping, mode: 'challenge' } });
    await take(same, 'a');
    await take(next, 'b', { challenge: () => Promise.resolve() });
    expect(await told()).toMatchObject([{ decision: 'challenged', reason: 'block' }]);
  });

  it('R31 challenge: it is refused for a machine, as the challenge says', async () => {
    const { take, told } = await setup({ pumping: { ...block.pumping, mode: 'challenge' } });
    await take(same, 'a');
    const challenge = () => Promise.reject(new PhoneAuthError('VERIFICATION_FAILED'));
    await expect(take(next, 'b', { challenge })).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    expect(await told()).toEqual([]);
  });

  it('R31 challenge: it is refused where no CAPTCHA is set up', async () => {
    const { take, told } = await setup({ pumping: { ...block.pumping, mode: 'challenge' } });
    await take(same, 'a');
    await expect(take(next, 'b')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await told()).toMatchObject([{ decision: 'denied' }]);
  });

  it.each([
    ['address-hour', { perAddress: { perHour: 1 } }],
    ['address-day', { perAddress: { perHour: 9, perDay: 1 } }],
    ['block', { perBlock: 1 }],
  ])('R31 names %s in its event', async (reason, limit) => {
    const { take, told } = await setup({ pumping: { ...wide, ...limit } });
    await take(same, 'a');
    await expect(take(next, 'a')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await told()).toMatchObject([{ reason }]);
  });

  it('R28 names the countries of an address in its event, and counts nothing for what it refuses', async () => {
    const { take, told } = await setup({ pumping: { ...wide, countriesPerAddress: 1, perBlock: 1 } });
    await take(number(1), 'a');
    await expect(take(number(1, '33'), 'a')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await told()).toMatchObject([{ reason: 'address-countries', country: 'FR' }]);
    await expect(take(number(1, '33'), 'b')).resolves.toBeDefined();
  });
});

describe('what is counted', () => {
  it('R27 is given back for a message that did not go out', async () => {
    const { guard, take, count } = await setup({ pumping: { ...wide, perBlock: 1 } });
    await guard.giveBack(await take(number(1), 'a'));
    expect(await count(2, () => take(number(1), 'a'))).toBe(1);
  });

  it('R31 takes one call to the store in the usual case', async () => {
    const { store, take } = await setup();
    await take(number(1), 'a');
    expect(store.takes).toBe(1);
  });

  it('R17 refuses where nothing can be counted, or lets the message out uncounted', async () => {
    const strict = await setup();
    strict.store.isDown = true;
    await expect(strict.take(number(1), 'a')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    const lax = await setup({ onFailure: { send: 'allow' } });
    lax.store.isDown = true;
    await expect(lax.take(number(1), 'a')).resolves.toMatchObject({ country: 'DE', keys: [] });
  });

  it('R26 is nothing of an address for a caller without one', async () => {
    const { take, count } = await setup({ pumping: wide });
    expect(await count(30, (n) => take(number(n), undefined))).toBe(30);
  });
});
