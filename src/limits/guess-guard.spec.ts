import { TestClock } from 'nestjs-phone-auth/testing';
import { describe, expect, it } from 'vitest';
import { CallbackEventSink } from '../events/callback-event-sink.js';
import { Events } from '../events/events.js';
import type { PhoneAuthEvent } from '../events/phone-auth-event.js';
import type { LimitOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { AddressRefusal } from './address-refusal.js';
import { GuessGuard, type GuessTicket } from './guess-guard.js';
import { MemoryQuotaStore } from './memory-quota-store.js';

const HERE = '203.0.113.7';

function guardWith(limits: LimitOptions = {}) {
  const clock = new TestClock();
  const store = new MemoryQuotaStore(clock);
  const background = new BackgroundTasks();
  const told: PhoneAuthEvent[] = [];
  const sink = new CallbackEventSink((event) => told.push(event));
  const config = resolveConfig({ secret: 'the secret of this application, long enough', limits });
  const guard = new GuessGuard(
    store,
    new Events(sink, clock, background),
    new AddressRefusal(config),
    config,
  );
  /** So many guesses, each from an address of its own unless one is named. */
  const charge = async (times: number, address?: string): Promise<GuessTicket[]> => {
    const tickets = [];
    for (let n = 0; n < times; n += 1) tickets.push(await guard.charge(address ?? `2001:db8:0:${n}::/64`));
    return tickets;
  };
  return { guard, store, clock, charge, alarms: async () => (await background.settled(), told) };
}

const alarmed = (tickets: GuessTicket[]) => tickets.filter((ticket) => ticket.alarmed).length;

describe('wrong codes from one address', () => {
  it('R12, A14 are thirty in five minutes, and another address has its own', async () => {
    const { guard, clock, charge } = guardWith();
    await charge(30, HERE);
    clock.advance({ minutes: 5, milliseconds: -1 });
    await expect(guard.charge(HERE)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1 });
    await charge(1, '203.0.113.8');
    clock.advance({ milliseconds: 1 });
    await charge(30, HERE);
    await expect(guard.charge(HERE)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 300 });
  });

  it('R12 do not include right ones', async () => {
    const { guard, charge } = guardWith({ guesses: { perAddress: 2 } });
    for (let n = 0; n < 10; n += 1) for (const ticket of await charge(1, HERE)) await guard.giveBack(ticket);
    await charge(2, HERE);
    await expect(guard.charge(HERE)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('R12 of a caller who names no address are counted over all numbers only', async () => {
    const { guard } = guardWith({ guesses: { perAddress: 2 } });
    for (let n = 0; n < 200; n += 1) await guard.charge(undefined);
    expect((await guard.charge(undefined)).alarmed).toBe(true);
  });

  it('R12, R13 are not counted where the host wants no limits', async () => {
    const { charge } = guardWith({ guesses: false });
    expect(alarmed(await charge(300, HERE))).toBe(0);
  });
});

describe('wrong codes over all numbers', () => {
  it('R13, A9, A14 raise an alarm with the 200th, and one event tells of it', async () => {
    const { charge, alarms, clock } = guardWith();
    expect(alarmed(await charge(199))).toBe(0);
    expect(await alarms()).toEqual([]);
    expect(alarmed(await charge(50))).toBe(50);
    expect(await alarms()).toEqual([{ type: 'guess.alarm', checked: 200, failed: 200, at: clock.now() }]);
  });

  it('R13 raise none while 60 % are wrong, and one when more are', async () => {
    const { guard, charge } = guardWith();
    const tickets = await charge(200);
    for (const ticket of tickets.slice(0, 81)) await guard.giveBack(ticket);
    // 119 of 200 were wrong; then 120 of 201 and 121 of 202 are, and with 122 of 203 it is more than 60 %
    expect((await charge(3)).map((ticket) => ticket.alarmed)).toEqual([false, false, true]);
  });

  it('R13 raise an alarm that is over after ten minutes, and then another', async () => {
    const { charge, clock, alarms } = guardWith();
    await charge(200);
    clock.advance({ minutes: 10 });
    expect(alarmed(await charge(199))).toBe(0);
    expect(alarmed(await charge(1))).toBe(1);
    expect(await alarms()).toHaveLength(2);
  });

  it('R13 what was not compared for want of a CAPTCHA neither keeps an alarm up nor ends it', async () => {
    const { guard, charge } = guardWith();
    await charge(200);
    for (let n = 0; n < 300; n += 1) for (const ticket of await charge(1, HERE)) await guard.forget(ticket);
    const [last] = await charge(1, HERE);
    expect(last?.alarmed).toBe(true);
  });
});

describe('a store that cannot count', () => {
  const broken = (limits?: LimitOptions) => {
    const { guard, store } = guardWith(limits);
    store.take = () => Promise.reject(new Error('connect ECONNREFUSED'));
    return guard;
  };

  it('R17, A33 refuses the guess, whatever it throws', async () => {
    await expect(broken().charge(HERE)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: 5 });
  });

  it('R17 lets it pass uncounted where the host wants that', async () => {
    const guard = broken({ onFailure: { verify: 'allow' } });
    expect(await guard.charge(HERE)).toEqual({ keys: [], alarmed: false });
  });
});
