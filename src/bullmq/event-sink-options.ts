import type { JobsOptions } from 'bullmq';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { group, rule, wholeNumber } from '../options/rules.js';
import type { EventQueue } from './event-queue.js';

/**
 * Options of {@link BullMqEventSink}.
 *
 * @publicApi
 */
export interface BullMqEventSinkOptions {
  /**
   * Options of every job, such as how often and after which wait a processor that fails is run again. They go over the
   * queue's own `defaultJobOptions`, and those over the default.
   * @default { attempts: 10, backoff: { type: 'exponential', delay: 1_000 }, removeOnComplete: true, removeOnFail: { age: 604_800 } }
   */
  job?: Omit<JobsOptions, 'jobId'> | undefined;
  /**
   * How long an event that the queue refuses is offered again, in milliseconds, 0 to 3 600 000. While Redis is away the
   * client of the queue holds events back by itself, unless `enableOfflineQueue` of ioredis is off.
   * @default 60_000
   */
  keepFor?: number | undefined;
  /**
   * Events that may wait for the queue in this process at the same time, 1 to 1 000 000; what comes beyond that is logged
   * and lost. One takes less than a kilobyte.
   * @default 10_000
   */
  capacity?: number | undefined;
}

const checkEach = group({
  job: rule(
    (value) => typeof value === 'object' && value !== null && !('jobId' in value),
    'use options of a BullMQ job, without jobId',
  ),
  keepFor: wholeNumber(0, 3_600_000, 'milliseconds'),
  capacity: wholeNumber(1, 1_000_000),
});

/** @throws PhoneAuthOptionError naming the option */
export function checkSinkOptions(queue: EventQueue, options: BullMqEventSinkOptions): void {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- what a host hands over may be anything
  if (typeof queue?.add !== 'function') {
    throw new PhoneAuthOptionError('BullMqEventSink.queue', 'no queue', "use a Queue of package 'bullmq'");
  }
  checkEach(options, 'BullMqEventSink');
}
