import { PhoneAuthError } from '../../src/errors/phone-auth.error.js';
import { CallbackEventSink } from '../../src/events/callback-event-sink.js';
import { Events } from '../../src/events/events.js';
import type { SendSuspectedEvent } from '../../src/events/phone-auth-event.js';
import { PhoneNumbers } from '../../src/phone/phone-numbers.js';
import { AddressRefusal } from '../../src/limits/address-refusal.js';
import { Conversions } from '../../src/limits/conversions.js';
import { MemoryQuotaStore } from '../../src/limits/memory-quota-store.js';
import { SendGuard } from '../../src/limits/send-guard.js';
import { type SendStat, SendStatStore } from '../../src/limits/send-stat-store.js';
import { resolveConfig } from '../../src/options/resolve-config.js';
import { BackgroundTasks } from '../../src/runtime/background-tasks.js';
import { TestClock } from '../../src/testing/test-clock.js';
import type { Ask, Proof } from './timeline.js';

/** The guard as a process runs it with its defaults; only the table of statistics is an array here. */
export class OurGuard {
  readonly suspected: SendSuspectedEvent[] = [];
  private readonly clock: TestClock;
  private readonly background = new BackgroundTasks();
  private readonly conversions: Conversions;
  private readonly guard: SendGuard;

  private constructor(start: number, history: SendStat[]) {
    this.clock = new TestClock(start);
    const sink = new CallbackEventSink((event) => {
      if (event.type === 'send.suspected') this.suspected.push(event);
    });
    const events = new Events(sink, this.clock, this.background);
    this.conversions = new Conversions(statsIn(history), this.clock, this.background, events);
    const config = resolveConfig({ secret: 'a secret of this simulation, long enough', resendDelays: false });
    this.guard = new SendGuard(
      new MemoryQuotaStore(this.clock),
      this.conversions,
      events,
      new AddressRefusal(config),
      new PhoneNumbers(config),
      config,
    );
  }

  static async start(at: number, history: SendStat[]): Promise<OurGuard> {
    const guard = new OurGuard(at, history);
    await guard.conversions.refresh();
    return guard;
  }

  async allows({ at, phoneNumber, country, address, trusted }: Ask): Promise<boolean> {
    this.moveTo(at);
    try {
      await this.guard.take({ phoneNumber, address, userId: undefined, trusted, challenge: undefined });
      this.conversions.record('sent', country);
      return true;
    } catch (error) {
      if (error instanceof PhoneAuthError && error.code === 'RATE_LIMITED') return false;
      throw error;
    }
  }

  async proven({ at, phoneNumber, address, trusted }: Proof, messages: number): Promise<void> {
    this.moveTo(at);
    await this.guard.proven({ phoneNumber, address, messages, trusted });
  }

  /** Lets events and statistics get where they go. */
  async settle(): Promise<void> {
    await this.background.settled();
  }

  private moveTo(at: number): void {
    this.clock.advance({ milliseconds: Math.max(0, at - this.clock.now()) });
  }
}

function statsIn(rows: SendStat[]): SendStatStore {
  return Object.assign(Object.create(SendStatStore.prototype) as SendStatStore, {
    add: (stat: SendStat) => Promise.resolve(void rows.push(stat)),
    since: (from: number) => Promise.resolve(rows.filter(({ hour }) => hour >= from)),
  });
}
