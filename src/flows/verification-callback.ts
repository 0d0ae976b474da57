import { Inject, Injectable, Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { Sessions } from '../sessions/sessions.js';
import type { PhoneUser } from '../users/phone-user-store.js';
import { Decisions } from './decisions.js';
import { OutboxWorker } from '../webhooks/outbox-worker.js';
import type { StoredDelivery } from '../webhooks/webhook-delivery-store.js';

/** What came of a number that was proven. */
export interface VerificationOutcome {
  /** Of the session that was opened. */
  readonly token?: string | undefined;
  /** What a receiver of webhooks is told. */
  readonly event?: StoredDelivery | undefined;
}

/**
 * The host's `callbackOnVerification`. It runs after everything is written and not inside our transaction, where its own
 * statements would wait for ours on a database with one connection. If it throws, the session that was just opened ends, and
 * no receiver is told; else he is.
 */
@Injectable()
export class VerificationCallback {
  private readonly logger = new Logger('PhoneAuth');

  constructor(
    private readonly decisions: Decisions,
    private readonly sessions: Sessions,
    private readonly webhooks: OutboxWorker,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** @throws PhoneAuthError `UNEXPECTED_ERROR` */
  async tell(phoneNumber: E164, user: PhoneUser, { token, event }: VerificationOutcome = {}): Promise<void> {
    try {
      await this.config.callbackOnVerification?.({ phoneNumber, user });
    } catch (cause) {
      this.logger.error(
        `callbackOnVerification failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
      if (event) await this.webhooks.withdraw(event);
      if (token !== undefined) this.decisions.tellEnded('callback', await this.sessions.end(token));
      throw new PhoneAuthError('UNEXPECTED_ERROR', { cause });
    }
    if (event) this.webhooks.deliverSoon(event);
  }
}
