import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Events } from '../events/events.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { type SendStat, SendStatStore } from './send-stat-store.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** How much history the thresholds of a country rest on (R31). */
const HISTORY = 14 * DAY;
const FLUSH_EVERY = 10 * SECOND;
const REFRESH_EVERY = 600 * SECOND;

/** Below this share of proven numbers somebody should look, once there are enough messages to tell (R32). */
const LOW_CONVERSION = 0.2;
const ENOUGH_MESSAGES = 50;

/** All countries together. */
export const EVERYWHERE = '*';

/**
 * What became of the messages of the last 24 hours to one country.
 *
 * @publicApi
 */
export interface CountryConversion {
  /** ISO 3166-1 region; `ZZ` where a number has none. */
  readonly country: string;
  readonly sent: number;
  /** Numbers whose code came back. */
  readonly verified: number;
  /** Messages that no sender took. */
  readonly failed: number;
}

/**
 * What became of the messages of one hour to one country.
 *
 * @publicApi
 */
export interface HourlyMessages extends CountryConversion {
  /** Start of the hour. */
  readonly hour: Date;
}

type Outcome = 'sent' | 'verified' | 'failed';
type Totals = Record<Outcome, number>;

interface Past {
  readonly lastDay: Totals;
  /** The most numbers that were proven in one day. */
  readonly bestDay: number;
}

const nothing = (): Totals => ({ sent: 0, verified: 0, failed: 0 });

/**
 * How many codes come back, per country. Counted in memory and written to the database every few seconds, so that no
 * request waits for it; a crash loses those seconds of statistics and nothing else.
 */
@Injectable()
export class Conversions implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly unwritten = new Map<string, SendStat>();
  private past = new Map<string, Past>();
  private readonly toldAt = new Map<string, number>();
  private writtenAt: number;
  private readAt: number;

  constructor(
    private readonly store: SendStatStore,
    private readonly clock: Clock,
    private readonly background: BackgroundTasks,
    private readonly events: Events,
  ) {
    this.writtenAt = this.readAt = clock.now();
  }

  onApplicationBootstrap(): void {
    this.background.run('The statistics of messages were not read', () => this.refresh());
  }

  /** The last messages may still be on their way. A database that is gone does not fail the shutdown. */
  async onApplicationShutdown(): Promise<void> {
    await this.background.drained();
    await this.flush().catch(() => undefined);
  }

  record(outcome: Outcome, country: string): void {
    const hour = Math.floor(this.clock.now() / HOUR) * HOUR;
    const key = `${hour}:${country}`;
    const stat = this.unwritten.get(key) ?? { hour, country, ...nothing() };
    this.unwritten.set(key, { ...stat, [outcome]: stat[outcome] + 1 });
    for (const where of [country, EVERYWHERE]) this.pastOf(where).lastDay[outcome] += 1;
    if (outcome === 'sent') this.watch(country);
    this.keepUp();
  }

  /** The most numbers of a country that were proven in one of the last 14 days. */
  bestDay(country: string): number {
    return this.past.get(country)?.bestDay ?? 0;
  }

  /** The last 24 hours, country by country, as all processes together have seen them. */
  async lastDay(): Promise<CountryConversion[]> {
    await this.refresh();
    return [...this.past]
      .filter(([country]) => country !== EVERYWHERE)
      .map(([country, { lastDay }]) => ({ country, ...lastDay }));
  }

  /** The same by the hour, oldest first. Hours and countries without messages are not in it. */
  async byHour(): Promise<HourlyMessages[]> {
    await this.flush();
    const stats = await this.store.since(this.clock.now() - DAY);
    return stats
      .sort((a, b) => a.hour - b.hour || a.country.localeCompare(b.country))
      .map(({ hour, ...counts }) => ({ hour: new Date(hour), ...counts }));
  }

  /** Writes what has not been written. What fails to be written is kept for the next time. */
  async flush(): Promise<void> {
    this.writtenAt = this.clock.now();
    const stats = [...this.unwritten];
    this.unwritten.clear();
    const written = await Promise.allSettled(stats.map(async ([, stat]) => this.store.add(stat)));
    stats.forEach(([key, stat], i) => {
      if (written[i]!.status === 'rejected') this.unwritten.set(key, add(stat, this.unwritten.get(key)));
    });
    const failed = written.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async refresh(): Promise<void> {
    this.readAt = this.clock.now();
    await this.flush();
    const now = this.clock.now();
    const stats = await this.store.since(now - HISTORY);
    // and what was recorded while that was read
    this.past = summarize([...stats, ...this.unwritten.values()], now);
  }

  private keepUp(): void {
    const now = this.clock.now();
    if (now - this.readAt >= REFRESH_EVERY) {
      this.readAt = now;
      this.background.run('The statistics of messages were not read', () => this.refresh());
    } else if (now - this.writtenAt >= FLUSH_EVERY) {
      this.writtenAt = now;
      this.background.run('The statistics of messages were not written', () => this.flush());
    }
  }

  private watch(country: string): void {
    const { sent, verified } = this.pastOf(country).lastDay;
    if (sent < ENOUGH_MESSAGES || verified / sent >= LOW_CONVERSION) return;
    const now = this.clock.now();
    if (now - (this.toldAt.get(country) ?? -Infinity) < HOUR) return;
    this.toldAt.set(country, now);
    this.events.emit({ type: 'conversion.low', country, sent, verified });
  }

  private pastOf(country: string): Past {
    const past = this.past.get(country) ?? { lastDay: nothing(), bestDay: 0 };
    this.past.set(country, past);
    return past;
  }
}

function add(a: SendStat, b: SendStat | undefined): SendStat {
  if (!b) return a;
  return { ...a, sent: a.sent + b.sent, verified: a.verified + b.verified, failed: a.failed + b.failed };
}

/** By country: the last 24 hours, and the best of the days before and with them. */
function summarize(stats: readonly SendStat[], now: number): Map<string, Past> {
  const days = new Map<string, Map<number, number>>();
  const lastDay = new Map<string, Totals>();
  for (const stat of stats) {
    const day = Math.floor((now - stat.hour) / DAY);
    for (const country of [stat.country, EVERYWHERE]) {
      const verified = days.get(country) ?? new Map<number, number>();
      days.set(country, verified.set(day, (verified.get(day) ?? 0) + stat.verified));
      if (now - stat.hour > DAY) continue;
      const totals = lastDay.get(country) ?? nothing();
      lastDay.set(country, totals);
      for (const outcome of ['sent', 'verified', 'failed'] as const) totals[outcome] += stat[outcome];
    }
  }
  return new Map(
    [...days].map(([country, verified]) => [
      country,
      { lastDay: lastDay.get(country) ?? nothing(), bestDay: Math.max(...verified.values()) },
    ]),
  );
}
