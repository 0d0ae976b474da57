import { Injectable } from '@nestjs/common';
import { Ledger } from '../codes/ledger.js';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { Database, type Transaction } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Clock } from '../runtime/clock.js';
import { RefreshTokenStore } from '../sessions/refresh-token-store.js';
import { Sessions } from '../sessions/sessions.js';
import { Tickets } from '../sessions/tickets.js';
import { Passwords } from '../users/passwords.js';
import { PhoneUserStore } from '../users/phone-user-store.js';
import { Decisions } from './decisions.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';

/**
 * Forgets a person. What counts against a number stays until it counts no more: whoever could have it erased would get new
 * tries and new messages with every account that he makes and has erased.
 */
@Injectable()
export class ErasureFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly users: PhoneUserStore,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly refreshTokens: RefreshTokenStore,
    private readonly tickets: Tickets,
    private readonly codes: OneTimeCodes,
    private readonly ledger: Ledger,
    private readonly webhooks: WebhookOutbox,
    private readonly clock: Clock,
    private readonly db: Database,
  ) {}

  /** An id that nobody has is as good as erased. */
  async eraseUser(userId: string): Promise<void> {
    const user = await this.users.findById(userId);
    await this.db.transaction(async (transaction) => {
      await this.sessions.endAll(userId, { within: transaction });
      await this.refreshTokens.removeByUser(userId, transaction);
      await this.tickets.endAll(userId, transaction);
      await this.passwords.remove(userId, transaction);
      await this.webhooks.forget(userId, transaction);
      if (user?.phoneNumber) await this.forget(user.phoneNumber, transaction);
      await this.users.remove?.(userId, transaction);
    });
    this.decisions.tellAllEnded('erased', userId);
  }

  /** @throws PhoneAuthError `INVALID_PHONE_NUMBER` */
  async eraseNumber(text: string): Promise<void> {
    const phoneNumber = await this.numbers.require(text);
    const owner = await this.users.findByPhoneNumber(phoneNumber);
    await this.db.transaction(async (transaction) => {
      await this.forget(phoneNumber, transaction);
      if (!owner) return;
      await this.webhooks.forget(owner.id, transaction);
      // whoever signed up with nothing but a number is called by it
      const name = owner.name === phoneNumber ? '' : owner.name;
      const rest = { name, phoneNumber: null, phoneNumberVerified: false };
      await this.users.update(owner.id, rest, transaction);
    });
    if (owner) this.decisions.tellReleased(owner.id, phoneNumber);
  }

  private async forget(phoneNumber: E164, transaction: Transaction): Promise<void> {
    await this.codes.discard(phoneNumber, transaction);
    await this.ledger.forget(phoneNumber, this.clock.now(), transaction);
  }
}
