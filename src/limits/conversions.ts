import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Events } from '../events/events.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { DAY, HOUR, SECOND } from '../runtime/durations.js';
import { type SendStat, SendStatStore } from './send-stat-store.js';

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
 * What became of messages.
 *
 * @publicApi
 */
export interface MessageCounts {
  readonly sent: number;
  /** Numbers whose code came back. */
  readonly verified: number;
  /** Messages that no sender took. */
  readonly failed: number;
}

/**
 * What became of the messages of the last 24 hours to one country.
 *
 * @publicApi
 */
export interface CountryConversion extends MessageCounts {
  /** ISO 3166-1 region; `ZZ` where a number has none. */
  readonly country: string;
  /**
   * The same for each provider, by the name that it has in a {@link SmsChain}: all under `''` where there is no chain, and the
   * messages that no provider took. A code that came back counts for the provider that delivered it, or had it last.
   */
  readonly providers: Readonly<Record<string, MessageCounts>>;
}

/**
 * What became of the messages of one hour to one country.
 *
 * @publicApi
 */
export interface HourlyMessages extends MessageCounts {
  /** Start of the hour. */
  readonly hour: Date;
  readonly country: string;
}

type Outcome = 'sent' | 'verified' | 'failed';
type Totals = Record<Outcome, number>;

interface Past {
  readonly lastDay: Totals;
  readonly providers: Map<string, Totals>;
  /** The most numbers that were proven in one day. */
  readonly bestDay: number;
}

const OUTCOMES = ['sent', 'verified', 'failed'] as const satisfies Outcome[];
const nothing = (): Totals => ({ sent: 0, verified: 0, failed: 0 });
const noPast = (): Past => ({ lastDay: nothing(), providers: new Map(), bestDay: 0 });

/**
 * How many codes come back, per country and provider. Counted in memory and written to the database every few seconds, so that no
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

  /** @param provider by the name that it has in a chain */
  record(outcome: Outcome, country: string, provider = ''): void {
    const hour = Math.floor(this.clock.now() / HOUR) * HOUR;
    const key = `${hour}:${country}:${provider}`;
    const stat = this.unwritten.get(key) ?? { hour, country, provider, ...nothing() };
    this.unwritten.set(key, { ...stat, [outcome]: stat[outcome] + 1 });
    for (const where of [country, EVERYWHERE]) {
      const past = this.pastOf(where);
      past.lastDay[outcome] += 1;
      totalsOf(past.providers, provider)[outcome] += 1;
    }
    if (outcome === 'sent') this.watch(country, provider);
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
      .map(([country, { lastDay, providers }]) => ({
        country,
        ...lastDay,
        providers: Object.fromEntries(providers),
      }));
  }

  /** The same by the hour, oldest first. Hours and countries without messages are not in it. */
  async byHour(): Promise<HourlyMessages[]> {
    await this.flush();
    const stats = await this.store.since(this.clock.now() - DAY);
    const hours = new Map<string, Totals & { hour: number; country: string }>();
    for (const stat of stats) {
      const { hour, country } = stat;
      const key = `${hour}:${country}`;
      const totals = hours.get(key) ?? { hour, country, ...nothing() };
      hours.set(key, totals);
      for (const outcome of OUTCOMES) totals[outcome] += stat[outcome];
    }
    return [...hours.values()]
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

  /** One alarm is enough where a whole country does badly. */
  private watch(country: string, provider: string): void {
    const { lastDay, providers } = this.pastOf(country);
    if (isLow(lastDay)) this.alarm(country, lastDay);
    else if (provider !== '') {
      const own = totalsOf(providers, provider);
      if (isLow(own)) this.alarm(country, own, provider);
    }
  }

  private alarm(country: string, { sent, verified }: Totals, provider?: string): void {
    const now = this.clock.now();
    const key = `${country}:${provider ?? ''}`;
    if (now - (this.toldAt.get(key) ?? -Infinity) < HOUR) return;
    this.toldAt.set(key, now);
    const where = provider === undefined ? { country } : { country, provider };
    this.events.emit({ type: 'conversion.low', ...where, sent, verified });
  }

  private pastOf(country: string): Past {
    const past = this.past.get(country) ?? noPast();
    this.past.set(country, past);
    return past;
  }
}

const isLow = ({ sent, verified }: Totals): boolean =>
  sent >= ENOUGH_MESSAGES && verified / sent < LOW_CONVERSION;

function totalsOf(providers: Map<string, Totals>, provider: string): Totals {
  const totals = providers.get(provider) ?? nothing();
  providers.set(provider, totals);
  return totals;
}

function add(a: SendStat, b: SendStat | undefined): SendStat {
  if (!b) return a;
  return { ...a, sent: a.sent + b.sent, verified: a.verified + b.verified, failed: a.failed + b.failed };
}

/** By country: the last 24 hours, and the best of the days before and with them. */
function summarize(stats: readonly SendStat[], now: number): Map<string, Past> {
  const days = new Map<string, Map<number, number>>();
  const past = new Map<string, Past>();
  for (const stat of stats) {
    const day = Math.floor((now - stat.hour) / DAY);
    for (const country of [stat.country, EVERYWHERE]) {
      const verified = days.get(country) ?? new Map<number, number>();
      days.set(country, verified.set(day, (verified.get(day) ?? 0) + stat.verified));
      const { lastDay, providers } = past.get(country) ?? noPast();
      past.set(country, { lastDay, providers, bestDay: Math.max(...verified.values()) });
      if (now - stat.hour > DAY) continue;
      const own = totalsOf(providers, stat.provider);
      for (const totals of [lastDay, own]) {
        for (const outcome of OUTCOMES) totals[outcome] += stat[outcome];
      }
    }
  }
  return past;
}
