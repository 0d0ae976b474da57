import { Injectable } from '@nestjs/common';
import type { ProvenCode } from '../codes/one-time-codes.js';
import type { FollowUp } from '../persistence/along.js';
import { SqlName } from '../persistence/sql.js';
import { USER_PREFIX } from '../sessions/session-rows.js';
import { Sessions, type SessionStart, type StartedSession } from '../sessions/sessions.js';
import { type NewPhoneUser, type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import type { StoredDelivery } from '../webhooks/webhook-delivery-store.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { CodeProof } from './code-proof.js';
import { Owners } from './owners.js';

/** Who is to be let in. */
export interface Entrance {
  readonly proven: ProvenCode;
  /** The account of the number, or what a new one begins with. */
  readonly owner: PhoneUser | NewPhoneUser;
  /** `undefined`: none is opened. */
  readonly session: Omit<SessionStart, 'userId'> | undefined;
}

/** Somebody is in, and everything is written. */
export interface Entered {
  readonly user: PhoneUser;
  readonly isNewUser: boolean;
  readonly started: StartedSession | null;
  /** What a receiver of webhooks is told, where there is one. */
  readonly event?: StoredDelivery | undefined;
}

const NEW_ID = new SqlName(`${USER_PREFIX}id`);

/**
 * The use of a code and what follows from it in one statement, where the database can: one round trip in place of two for
 * somebody who is known, of five for somebody new.
 */
@Injectable()
export class DirectEntry {
  constructor(
    private readonly proof: CodeProof,
    private readonly sessions: Sessions,
    private readonly users: PhoneUserStore,
    private readonly owners: Owners,
    private readonly webhooks: WebhookOutbox,
  ) {}

  /** Whether somebody can be let in this way. Nothing else may have to be written with it. */
  isOpenTo(owner: PhoneUser | null): boolean {
    if (!this.proof.takesFollowUps || this.sessions.hasTokenPairs || this.webhooks.isWanted) return false;
    return owner
      ? owner.phoneNumberVerified && !owner.twoFactorEnabled
      : this.users.projection?.insert !== undefined;
  }

  /**
   * @returns `null` where the code is used up and another account has got the number by now
   * @throws PhoneAuthError `INVALID_OTP` where somebody else has used the code up
   */
  async enter({ proven, owner, session }: Entrance): Promise<Entered | null> {
    const known = 'id' in owner ? owner : undefined;
    const created = 'id' in owner ? undefined : this.users.projection?.insert?.(owner, USER_PREFIX);
    const opened = session && this.sessions.along(session, known?.id ?? NEW_ID);
    const [first, ...rest] = [created, opened?.insert].filter((step) => step !== undefined);
    const row = await this.use(proven, first, rest);
    const user = known ?? (row && this.owners.read(row));
    return user ? { user, isNewUser: !known, started: opened?.of(user.id) ?? null } : null;
  }

  private async use(proven: ProvenCode, first: FollowUp | undefined, rest: readonly FollowUp[]) {
    if (first) return this.proof.useWith(proven, [first, ...rest]);
    await this.proof.use(proven);
    return undefined;
  }
}
