import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../runtime/clock.js';
import type { DeliveryOutcome, EventDelivery, OutgoingEvent, Receiver } from './outgoing-event.js';
import { WebhookClient } from './webhook-client.js';

/** Attempts, all at once because somebody waits (S5.29). */
const ATTEMPTS = 3;

/** Milliseconds for all of them together (S5.31). */
const IN_ALL = 15_000;

/** Delivers an event while the request that caused it waits. */
@Injectable()
export class BlockingDelivery implements EventDelivery {
  constructor(
    @Inject(WebhookClient) private readonly client: Pick<WebhookClient, 'attempt'>,
    private readonly clock: Clock,
  ) {}

  /** How the last attempt ended; uncertain where any of them did. */
  async deliver(
    event: OutgoingEvent,
    { url, timeoutSeconds }: Receiver,
    signal?: AbortSignal,
  ): Promise<DeliveryOutcome> {
    const end = this.clock.now() + IN_ALL;
    let certain = true;
    for (let number = 1; ; number += 1) {
      const timeout = Math.min(timeoutSeconds * 1_000, end - this.clock.now());
      const outcome = await this.client.attempt(event, { url, number, timeout, signal });
      if (outcome.ok) return outcome;
      certain &&= outcome.certain;
      const over = number === ATTEMPTS || end <= this.clock.now() || signal?.aborted;
      if (over || !outcome.again) return { ...outcome, certain };
    }
  }
}
