import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import type { PhoneUser } from '../users/phone-user-store.js';
import type { StoredDelivery } from '../webhooks/webhook-delivery-store.js';
import type { ProvenNumber } from '../webhooks/webhook-events.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';

/** What follows from a number that somebody has proven whose account there was before. */
@Injectable()
export class ProvenNumbers {
  constructor(
    private readonly webhooks: WebhookOutbox,
    private readonly db: Database,
  ) {}

  /** Does the work, and writes the event that tells of it where somebody wants to know: both or neither. */
  async write<Done extends { readonly user: PhoneUser }>(
    phoneNumber: E164,
    how: ProvenNumber['how'],
    work: (transaction?: Transaction) => Promise<Done>,
  ): Promise<Done & { readonly event?: StoredDelivery }> {
    if (!this.webhooks.isWanted) return work();
    return this.db.transaction(async (transaction) => {
      const done = await work(transaction);
      const proven = { phoneNumber, user: done.user, isNewUser: false, how };
      return { ...done, event: await this.webhooks.add(proven, transaction) };
    });
  }
}
