import { Inject, Injectable } from '@nestjs/common';
import { CodeStore } from '../codes/code-store.js';
import { IdleNumbers } from '../codes/idle-numbers.js';
import { OverQuotas } from '../limits/over-quotas.js';
import { SendStatStore } from '../limits/send-stat-store.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { Perishable } from '../persistence/cleanup.js';
import { Clock } from '../runtime/clock.js';
import { DAY, MINUTE } from '../runtime/durations.js';
import { RefreshTokenStore } from '../sessions/refresh-token-store.js';
import { SessionStore } from '../sessions/session-store.js';
import { Tickets } from '../sessions/tickets.js';
import { EarlyReceipts } from '../sms/early-receipts.js';
import { MessageStore } from '../sms/message-store.js';
import { WebhookDeliveryStore } from '../webhooks/webhook-delivery-store.js';

/** Rows that go at once. */
const BATCH = 500;

/** How long what is worth nothing at its end is kept after it, in milliseconds: clocks of processes differ. */
const SLACK = MINUTE;

/** Longer than any sender is waited for, and its message can become known. */
const EARLY = 10 * MINUTE;

/**
 * How many rows were removed, by the name that a table has in {@link PhoneAuthSchema}.
 *
 * @publicApi
 */
export type CleanupReport = Readonly<Record<string, number>>;

/** Removes what is of no use any more, table after table (SECURITY 3.7). */
@Injectable()
export class RetentionFlow {
  /** Every table that grows by itself, with the milliseconds that a row is kept, and what removes it. */
  private readonly tables: readonly (readonly [name: string, kept: number, rows: Perishable])[];

  constructor(
    codes: CodeStore,
    numbers: IdleNumbers,
    messages: MessageStore,
    receipts: EarlyReceipts,
    sessions: SessionStore,
    refreshTokens: RefreshTokenStore,
    tickets: Tickets,
    statistics: SendStatStore,
    quotas: OverQuotas,
    webhooks: WebhookDeliveryStore,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) { retention }: PhoneAuthConfig,
  ) {
    this.tables = [
      ['code', retention.codes * DAY, codes],
      ['phoneState', retention.numbers * DAY, numbers],
      ['message', retention.messages * DAY, messages],
      ['earlyReceipt', EARLY, receipts],
      ['session', retention.sessions * DAY, sessions],
      ['refreshToken', SLACK, refreshTokens],
      ['ticket', SLACK, tickets],
      ['sendStat', retention.statistics * DAY, statistics],
      ['quota', SLACK, quotas],
      ['webhookDelivery', 2 * DAY, webhooks],
    ];
  }

  /** @param signal when it is aborted, no further batch begins */
  async run(signal?: AbortSignal): Promise<CleanupReport> {
    const report: Record<string, number> = {};
    for (const [name, kept, rows] of this.tables) report[name] = await this.clear(rows, kept, signal);
    return report;
  }

  /** On a database with one connection, whoever asks in between comes before the next batch. */
  private async clear(rows: Perishable, kept: number, signal: AbortSignal | undefined): Promise<number> {
    const before = this.clock.now() - kept;
    let removed = 0;
    for (;;) {
      if (signal?.aborted) return removed;
      const step = await rows.removeOver(before, BATCH);
      removed += step.removed;
      if (!step.more) return removed;
      // a database in this process answers without ever leaving the turn of the event loop that requests wait for
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
