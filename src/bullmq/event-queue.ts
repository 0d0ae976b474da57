import type { JobsOptions } from 'bullmq';
import type { PhoneAuthEvent } from '../events/phone-auth-event.js';

/**
 * What the sink needs of a queue: an instance of `Queue` of the package `bullmq`, 5 or later. It is the host's: the sink
 * neither opens nor closes it.
 *
 * @publicApi
 */
export interface EventQueue {
  add(name: string, event: PhoneAuthEvent, options?: JobsOptions): Promise<unknown>;
  /** What the host has set for every job of the queue. */
  readonly defaultJobOptions?: JobsOptions;
}
