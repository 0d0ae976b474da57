import { randomInt } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Events } from '../events/events.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings } from '../options/live-settings.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import type { DeliveryOutcome, OutgoingEvent } from './outgoing-event.js';
import { receiverOf } from './receiver-of.js';
import { nextAttempt } from './retry-schedule.js';
import { WebhookClient } from './webhook-client.js';
import { type StoredDelivery, WebhookDeliveryStore } from './webhook-delivery-store.js';
import { LEASE, WebhookOutbox } from './webhook-outbox.js';

/** Milliseconds between two looks at the table, give or take a fifth: processes that start together look one by one. */
const LOOK_EVERY = 5_000;

/** Rows of one look. */
const BATCH = 20;

/** Attempts of this process at one time. What comes beyond them waits for a look. */
const MOST_AT_ONCE = 50;

/** The receiver says that nobody will ever take events there. */
const GONE = 410;

/**
 * Delivers the events of the table: what this process has just written, at once; and what was written or tried elsewhere, or
 * before a crash, when its time has come. However many processes look, a row belongs to one of them at a time.
 */
@Injectable()
export class OutboxWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private underWay = 0;

  constructor(
    private readonly store: WebhookDeliveryStore,
    private readonly outbox: WebhookOutbox,
    private readonly client: WebhookClient,
    private readonly live: LiveSettings,
    private readonly clock: Clock,
    private readonly background: BackgroundTasks,
    private readonly events: Events,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.webhooks.inUse) this.look();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Delivers an event that this process has written. Nobody waits for it. */
  deliverSoon(row: StoredDelivery): void {
    if (this.underWay >= MOST_AT_ONCE) return;
    this.background.run('A webhook was not delivered', () => this.deliver(row));
  }

  /** What it told of did not come to be. */
  async withdraw({ id }: StoredDelivery): Promise<void> {
    await this.store.remove(id);
  }

  /** One look at the table, and an attempt for everything that is due. */
  async work(): Promise<void> {
    let rows: StoredDelivery[];
    do {
      rows = await this.store.due(this.clock.now(), BATCH);
      await Promise.all(rows.map((row) => this.claimAndDeliver(row)));
    } while (rows.length === BATCH && !this.stopped);
  }

  private look(): void {
    this.background.run('Webhooks that are due were not looked for', async () => {
      try {
        await this.work();
      } finally {
        this.lookAgain();
      }
    });
  }

  private lookAgain(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => this.look(), randomInt(LOOK_EVERY * 0.8, LOOK_EVERY * 1.2)).unref();
  }

  private async claimAndDeliver(row: StoredDelivery): Promise<void> {
    const claimed = await this.store.claim(row, this.clock.now() + LEASE);
    if (claimed) await this.deliver(claimed);
  }

  private async deliver(row: StoredDelivery): Promise<void> {
    const event = this.outbox.open(row);
    if (!event) return this.giveUp(row, 'its secret is not known any more');
    this.underWay += 1;
    try {
      const outcome = await this.attempt(event, row.attempts);
      if (outcome.ok) await this.store.remove(row.id);
      else await this.afterFailure(row, outcome);
    } finally {
      this.underWay -= 1;
    }
  }

  private async attempt(event: OutgoingEvent, number: number): Promise<DeliveryOutcome> {
    const receiver = receiverOf(event.type, this.live);
    // it may be switched on again before the event is too old
    if (!receiver) return { ok: false, again: true, certain: true, reason: 'nobody takes such events' };
    const { url, timeoutSeconds } = receiver;
    return this.client.attempt(event, { url, number, timeout: timeoutSeconds * 1_000 });
  }

  /** A refusal is no reason to give up: nobody waits, and receivers refuse while they are being deployed. */
  private async afterFailure(
    row: StoredDelivery,
    { status, reason }: Extract<DeliveryOutcome, { ok: false }>,
  ): Promise<void> {
    const dueAt = nextAttempt(row.attempts, row.createdAt, this.clock.now());
    if (dueAt === undefined || status === GONE) await this.giveUp(row, reason);
    else await this.store.postpone(row, dueAt);
  }

  private async giveUp({ id, type, attempts }: StoredDelivery, reason: string): Promise<void> {
    await this.store.remove(id);
    this.events.emit({ type: 'webhook.failed', eventId: id, eventType: type, attempts, reason });
  }
}
