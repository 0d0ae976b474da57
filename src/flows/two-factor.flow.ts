import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Tickets } from '../sessions/tickets.js';
import { Passwords } from '../users/passwords.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { verifiedNumberOf } from '../users/verified-number.js';
import { TWO_FACTOR_CHANGE } from './decision-list.js';
import { Decisions } from './decisions.js';
import { type CurrentSession, SessionFlow } from './session.flow.js';

/** Whether a user's password takes a code beside it. */
@Injectable()
export class TwoFactorFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly sessions: SessionFlow,
    private readonly users: PhoneUserStore,
    private readonly passwords: Passwords,
    private readonly tickets: Tickets,
  ) {}

  /**
   * For the user himself, who shows both factors: either of them alone could otherwise lock him out, or take the other
   * one's protection away.
   *
   * @throws PhoneAuthError `RECENT_OTP_REQUIRED`, `INVALID_PASSWORD`, `CREDENTIAL_ACCOUNT_NOT_FOUND`,
   * `SECOND_FACTOR_NOT_AVAILABLE`
   */
  change(current: CurrentSession, password: string, enabled: boolean): Promise<PhoneUser> {
    return this.watched(current.user, async () => {
      await this.requireBoth(current, password);
      return this.write(current.user, enabled);
    });
  }

  /**
   * For whoever has made sure by other means.
   *
   * @throws PhoneAuthError `SECOND_FACTOR_NOT_AVAILABLE` without a verified number, or where the store keeps no such flag
   */
  set(user: PhoneUser, enabled: boolean): Promise<PhoneUser> {
    return this.watched(user, () => this.write(user, enabled));
  }

  private watched({ id: userId }: PhoneUser, work: () => Promise<PhoneUser>): Promise<PhoneUser> {
    return this.decisions.watch(TWO_FACTOR_CHANGE, { userId }, work);
  }

  private async requireBoth(current: CurrentSession, password: string): Promise<void> {
    const { user } = current;
    this.sessions.requireRecentProof(current);
    this.passwords.checkLength(password);
    if (!(await this.passwords.matches(user.id, password))) {
      const isThere = await this.passwords.exists(user.id);
      throw new PhoneAuthError(isThere ? 'INVALID_PASSWORD' : 'CREDENTIAL_ACCOUNT_NOT_FOUND');
    }
  }

  private async write(user: PhoneUser, enabled: boolean): Promise<PhoneUser> {
    if (enabled && verifiedNumberOf(user) === undefined)
      throw new PhoneAuthError('SECOND_FACTOR_NOT_AVAILABLE');
    const updated = await this.users.update(user.id, { twoFactorEnabled: enabled });
    if (!updated) throw new PhoneAuthError('USER_NOT_FOUND');
    if (enabled && !updated.twoFactorEnabled) throw new PhoneAuthError('SECOND_FACTOR_NOT_AVAILABLE');
    if (!enabled) await this.tickets.endAll(user.id);
    return updated;
  }
}
