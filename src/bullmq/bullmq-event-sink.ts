import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobsOptions } from 'bullmq';
import { EventSink } from '../events/event-sink.js';
import type { PhoneAuthEvent } from '../events/phone-auth-event.js';
import type { EventQueue } from './event-queue.js';
import { type BullMqEventSinkOptions, checkSinkOptions } from './event-sink-options.js';

/** Milliseconds before a refused event is offered again: the first time, and at most. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;

/** A week, in seconds: long enough for somebody to look at what failed. */
const WEEK = 604_800;

const DEFAULTS: JobsOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: { age: WEEK },
};

/**
 * Events as jobs of a BullMQ queue: named by the event's `type`, with the event as their data. Needs the package `bullmq`, 5
 * or later; the queue is yours.
 *
 * No request waits for it. While Redis is away events wait in this process, and a shutdown waits for them up to 15
 * seconds; each becomes one job, however often it was offered. Jobs are done at least once, as ever with BullMQ: a
 * processor whose process ends before it has said so is run again. Register the queue in the `imports` of this module,
 * so that it is closed after the last event.
 *
 * @example
 * ```ts
 * import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
 * import { BullMqEventSink } from 'nestjs-phone-auth/bullmq';
 *
 * PhoneAuthModule.forRoot({
 *   secret,
 *   imports: [BullModule.registerQueue({ name: 'phone-auth-events' })],
 *   providers: [
 *     {
 *       provide: EventSink,
 *       inject: [getQueueToken('phone-auth-events')],
 *       useFactory: (queue: Queue) => new BullMqEventSink(queue),
 *     },
 *   ],
 * })
 *
 * @Processor('phone-auth-events') // in this process or in another one
 * class Alerts extends WorkerHost {
 *   async process({ data: event }: Job<PhoneAuthEvent>) {
 *     // what throws is run again: ten times, after 1, 2, 4 … seconds
 *     if (event.type === 'send.suspected') await this.pager.warn(`${event.country}: ${event.reason}`);
 *     if (event.type === 'code.sent') await this.ledger.add(event.provider, event.price);
 *   }
 * }
 * ```
 * @publicApi
 */
export class BullMqEventSink extends EventSink {
  private readonly job: JobsOptions;
  private readonly keepFor: number;
  private readonly capacity: number;
  private waiting = 0;

  /** @throws PhoneAuthOptionError where an option cannot be right */
  constructor(
    private readonly queue: EventQueue,
    options: BullMqEventSinkOptions = {},
  ) {
    super();
    checkSinkOptions(queue, options);
    const { job, keepFor = 60_000, capacity = 10_000 } = options;
    this.job = { ...DEFAULTS, ...queue.defaultJobOptions, ...job };
    this.keepFor = keepFor;
    this.capacity = capacity;
  }

  /** Settles once the queue has the event; rejects where it is lost. */
  override async emit(event: PhoneAuthEvent): Promise<void> {
    if (this.waiting >= this.capacity) throw new Error(`${this.capacity} events wait for the queue already`);
    this.waiting += 1;
    try {
      await this.add(event, performance.now() + this.keepFor);
    } finally {
      this.waiting -= 1;
    }
  }

  private async add(event: PhoneAuthEvent, deadline: number): Promise<void> {
    // a job that Redis has already is not made a second time
    const options = { ...this.job, jobId: randomUUID() };
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        await this.queue.add(event.type, event, options);
        return;
      } catch (error) {
        if (performance.now() + wait > deadline) throw error;
      }
      // keeps no process alive that has nothing else to do
      await delay(wait, undefined, { ref: false });
    }
  }
}
