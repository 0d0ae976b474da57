import { describe, expect, it } from 'vitest';
import { TestClock } from 'nestjs-phone-auth/testing';
import { CallbackEventSink } from '../events/callback-event-sink.js';
import { Events } from '../events/events.js';
import type { PhoneAuthEvent } from '../events/phone-auth-event.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Conversions, EVERYWHERE } from './conversions.js';
import { type SendStat, SendStatStore } from './send-stat-store.js';

const NOON = Date.UTC(2026, 2, 16, 12);
const DAY = 24 * 3_600_000;

/** The statistics with rows in an array in place of the table, and whatever else they need for real. */
function setup(rows: SendStat[] = []) {
  const clock = new TestClock(NOON);
  const background = new BackgroundTasks();
  const told: PhoneAuthEvent[] = [];
  const events = new Events(new CallbackEventSink((event) => void told.push(event)), clock, background);
  const database = { isDown: false, rows };
  const answer = <T>(work: () => T) =>
    database.isDown ? Promise.reject(new Error('down')) : Promise.resolve(work());
  const store = Object.assign(Object.create(SendStatStore.prototype) as SendStatStore, {
    add: (stat: SendStat) => answer(() => void rows.push(stat)),
    since: (from: number) => answer(() => rows.filter(({ hour }) => hour >= from)),
  });
  const process = () => new Conversions(store, clock, background, events);
  const conversions = process();
  const record = (
    outcome: 'sent' | 'verified' | 'failed',
    times: number,
    country = 'DE',
    provider?: string,
  ) => {
    for (let i = 0; i < times; i += 1) conversions.record(outcome, country, provider);
  };
  return { clock, background, told, database, rows, process, conversions, record };
}

const row = (daysAgo: number, verified: number, country = 'DE'): SendStat => ({
  hour: NOON - daysAgo * DAY,
  country,
  provider: '',
  sent: verified * 2,
  verified,
  failed: 0,
});

describe('how many codes come back', () => {
  it('R32 is told country by country for the last 24 hours', async () => {
    const { conversions, record } = setup([row(2, 7)]);
    record('sent', 5);
    record('verified', 3);
    record('failed', 1, 'FR');
    expect(await conversions.lastDay()).toMatchObject([
      { country: 'DE', sent: 5, verified: 3, failed: 0 },
      { country: 'FR', sent: 0, verified: 0, failed: 1 },
    ]);
  });

  it('R32 is told provider by provider as well, and together by the hour', async () => {
    const { conversions, record, clock } = setup([{ ...row(2, 7), provider: 'twilio' }]);
    record('sent', 5, 'DE', 'twilio');
    record('verified', 4, 'DE', 'twilio');
    record('sent', 3, 'DE', 'vonage');
    record('failed', 1);
    clock.advance({ hours: 1 });
    record('verified', 1, 'DE', 'vonage');
    expect(await conversions.lastDay()).toEqual([
      {
        country: 'DE',
        sent: 8,
        verified: 5,
        failed: 1,
        providers: {
          twilio: { sent: 5, verified: 4, failed: 0 },
          vonage: { sent: 3, verified: 1, failed: 0 },
          '': { sent: 0, verified: 0, failed: 1 },
        },
      },
    ]);
    expect(await conversions.byHour()).toEqual([
      { hour: new Date(NOON), country: 'DE', sent: 8, verified: 4, failed: 1 },
      { hour: new Date(NOON + 3_600_000), country: 'DE', sent: 0, verified: 1, failed: 0 },
    ]);
  });

  it('R32 is told for all processes together', async () => {
    const { conversions, record, process } = setup();
    record('sent', 2);
    const other = process();
    other.record('sent', 'DE');
    await other.flush();
    expect(await conversions.lastDay()).toMatchObject([{ country: 'DE', sent: 3, verified: 0, failed: 0 }]);
  });

  it('R32 is written once an hour and country, after ten seconds', async () => {
    const { clock, background, record, rows } = setup();
    record('sent', 2);
    await background.settled();
    expect(rows).toEqual([]);
    clock.advance({ seconds: 10 });
    record('sent', 1);
    await background.settled();
    expect(rows).toEqual([{ hour: NOON, country: 'DE', provider: '', sent: 3, verified: 0, failed: 0 }]);
  });

  it('R32 is written at shutdown', async () => {
    const { conversions, record, rows } = setup();
    record('verified', 1);
    await conversions.onApplicationShutdown();
    expect(rows).toMatchObject([{ verified: 1 }]);
  });

  it('R32 is kept while the database fails, with what comes meanwhile', async () => {
    const { conversions, record, rows, database } = setup();
    record('sent', 2);
    database.isDown = true;
    await expect(conversions.flush()).rejects.toThrow('down');
    record('sent', 1);
    database.isDown = false;
    await conversions.flush();
    expect(rows).toMatchObject([{ sent: 3 }]);
  });

  it('R32 is kept for every country while the database fails', async () => {
    const { conversions, record, rows, database } = setup();
    record('sent', 2);
    record('sent', 4, 'FR');
    record('sent', 6, 'ES');
    database.isDown = true;
    await expect(conversions.flush()).rejects.toThrow('down');
    database.isDown = false;
    await conversions.flush();
    expect(rows.map(({ country, sent }) => `${country} ${sent}`).sort()).toEqual(['DE 2', 'ES 6', 'FR 4']);
  });
});

describe('the alarm', () => {
  it('R32 is raised below 20 % of 50 messages', async () => {
    const { background, told, record } = setup();
    record('verified', 9);
    record('sent', 50);
    await background.settled();
    expect(told).toEqual([{ type: 'conversion.low', country: 'DE', sent: 50, verified: 9, at: NOON }]);
  });

  it.each([
    ['at 20 %', 10, 50],
    ['for 49 messages', 0, 49],
  ])('R32 is not raised %s', async (_, verified, sent) => {
    const { background, told, record } = setup();
    record('verified', verified);
    record('sent', sent);
    await background.settled();
    expect(told).toEqual([]);
  });

  it('R32 is raised for one provider where the country does well, and once where it does not', async () => {
    const { background, told, record } = setup();
    record('verified', 150, 'DE', 'twilio');
    record('sent', 200, 'DE', 'twilio');
    record('verified', 2, 'DE', 'vonage');
    record('sent', 50, 'DE', 'vonage');
    record('sent', 60, 'FR', 'vonage');
    await background.settled();
    const type = 'conversion.low';
    expect(told).toMatchObject([
      { type, country: 'DE', provider: 'vonage', sent: 50, verified: 2 },
      { type, country: 'FR', sent: 50, verified: 0 },
    ]);
    expect(told[1]).not.toHaveProperty('provider');
  });

  it('R32 is raised once an hour and country', async () => {
    const { clock, background, told, record } = setup();
    record('sent', 60);
    record('sent', 60, 'FR');
    await background.settled();
    expect(told).toHaveLength(2);
    clock.advance({ minutes: 60 });
    record('sent', 1);
    await background.settled();
    expect(told).toHaveLength(3);
  });
});

describe('the history of a country', () => {
  it('R31 is the best of 14 days, which are read at start', async () => {
    const { conversions, background } = setup([row(3, 30), row(13, 50), row(14.5, 900), row(1, 40, 'FR')]);
    conversions.onApplicationBootstrap();
    await background.settled();
    expect(conversions.bestDay('DE')).toBe(50);
    expect(conversions.bestDay('FR')).toBe(40);
    expect(conversions.bestDay(EVERYWHERE)).toBe(50);
    expect(conversions.bestDay('ES')).toBe(0);
  });

  it('R31 is read again after ten minutes', async () => {
    const { clock, conversions, background, record, rows } = setup();
    rows.push(row(1, 70));
    clock.advance({ minutes: 10 });
    record('sent', 1);
    await background.settled();
    expect(conversions.bestDay('DE')).toBe(70);
  });
});
