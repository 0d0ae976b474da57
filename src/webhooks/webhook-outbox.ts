import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings } from '../options/live-settings.js';
import type { Queryable } from '../persistence/database.js';
import { Clock } from '../runtime/clock.js';
import { SealedText } from '../runtime/sealed-text.js';
import type { OutgoingEvent } from './outgoing-event.js';
import { receiverOf } from './receiver-of.js';
import { type StoredDelivery, WebhookDeliveryStore } from './webhook-delivery-store.js';
import { type ProvenNumber, WebhookEvents } from './webhook-events.js';

/** For how long an attempt is left alone, in milliseconds: longer than one can take. */
export const LEASE = 30_000;

/**
 * Events that nobody waits for. They are written in the transaction of what they tell, so there is no success without its
 * event and no event without its success, whenever a process ends.
 */
@Injectable()
export class WebhookOutbox {
  private readonly payloads: SealedText;

  constructor(
    private readonly store: WebhookDeliveryStore,
    private readonly events: WebhookEvents,
    private readonly live: LiveSettings,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
  ) {
    this.payloads = new SealedText(config, 'webhook-payload');
  }

  /** Whether somebody wants to be told of proven numbers. Where nobody does, nothing is written. */
  get isWanted(): boolean {
    return receiverOf('phone_number.verified', this.live) !== undefined;
  }

  /** The first attempt is its writer's: it is his to deliver once the transaction has ended well. */
  async add(proven: ProvenNumber, within: Queryable): Promise<StoredDelivery> {
    const { id, type, body } = this.events.phoneNumberVerified(proven);
    const now = this.clock.now();
    const row = {
      id,
      type,
      userId: proven.user.id,
      payload: this.payloads.seal(body, [id]),
      attempts: 1,
      dueAt: now + LEASE,
      createdAt: now,
    };
    await this.store.add(row, within);
    return row;
  }

  /** What a receiver has not been told of a user yet, he is not told any more. */
  forget(userId: string, within: Queryable): Promise<void> {
    return this.store.removeByUser(userId, within);
  }

  /** The event of a row; `undefined` where it was sealed under a secret that nobody has any more. */
  open({ id, type, payload }: StoredDelivery): OutgoingEvent | undefined {
    const body = this.payloads.open(payload, [id]);
    return body === undefined ? undefined : { id, type, body };
  }
}
