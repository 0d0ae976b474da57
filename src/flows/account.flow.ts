import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Sessions } from '../sessions/sessions.js';
import { Tickets } from '../sessions/tickets.js';
import { AdditionalFields } from '../users/additional-fields.js';
import { Passwords } from '../users/passwords.js';
import { type PhoneUser, type PhoneUserChanges, PhoneUserStore } from '../users/phone-user-store.js';
import type { ClientContext } from './client-context.js';
import { PASSWORD_CHANGE } from './decision-list.js';
import { Decisions } from './decisions.js';
import { type NewSession, TokenPairs } from './token-pairs.js';

/** @publicApi */
export interface UpdateUserRequest {
  readonly name?: string;
  readonly image?: string | null;
  /** `null` takes the number off the account. */
  readonly phoneNumber?: null;
  /** Values of declared `additionalFields`. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** @publicApi */
export interface ChangePasswordRequest extends ClientContext {
  readonly userId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** End every session, and open a new one here. @default false */
  readonly revokeOtherSessions?: boolean | undefined;
}

/** What the owner of an account changes about it. */
@Injectable()
export class AccountFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly users: PhoneUserStore,
    private readonly fields: AdditionalFields,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly tickets: Tickets,
    private readonly pairs: TokenPairs,
  ) {}

  /**
   * Changes the profile. A number can be released here, never set: that takes a code.
   *
   * @throws PhoneAuthError `PHONE_NUMBER_IS_SECOND_FACTOR` where it is to be released and the password needs it
   */
  async update(user: PhoneUser, { name, image, phoneNumber, fields }: UpdateUserRequest): Promise<PhoneUser> {
    const given = this.fields.parse(fields ?? {});
    if (phoneNumber === null && user.twoFactorEnabled)
      throw new PhoneAuthError('PHONE_NUMBER_IS_SECOND_FACTOR');
    const changes: PhoneUserChanges = {
      ...(name !== undefined && { name }),
      ...(image !== undefined && { image }),
      ...(phoneNumber === null && { phoneNumber, phoneNumberVerified: false }),
      ...(Object.keys(given).length > 0 && { fields: { ...user.fields, ...given } }),
    };
    if (Object.keys(changes).length === 0) throw new PhoneAuthError('NO_FIELDS_TO_UPDATE');
    const updated = await this.users.update(user.id, changes);
    if (!updated) throw new PhoneAuthError('USER_NOT_FOUND');
    if (phoneNumber === null) await this.tickets.endAll(user.id);
    if (phoneNumber === null && user.phoneNumber !== null)
      this.decisions.tellReleased(user.id, user.phoneNumber);
    return updated;
  }

  hasPassword(userId: string): Promise<boolean> {
    return this.passwords.exists(userId);
  }

  /** A new password for whoever knows the present one. `signedIn` is the new session, where the others were ended. */
  changePassword(request: ChangePasswordRequest): Promise<{ signedIn: NewSession | null }> {
    return this.decisions.watch(PASSWORD_CHANGE, request, () => this.replacePassword(request));
  }

  private async replacePassword(request: ChangePasswordRequest): Promise<{ signedIn: NewSession | null }> {
    const { userId, currentPassword, newPassword, ipAddress = '', userAgent = '' } = request;
    await this.passwords.checkNew(newPassword);
    this.passwords.checkLength(currentPassword);
    if (!(await this.passwords.exists(userId))) throw new PhoneAuthError('CREDENTIAL_ACCOUNT_NOT_FOUND');
    if (!(await this.passwords.matches(userId, currentPassword)))
      throw new PhoneAuthError('INVALID_PASSWORD');
    await this.passwords.store(userId, await this.passwords.hash(newPassword));
    await this.tickets.endAll(userId);
    if (!request.revokeOtherSessions) return { signedIn: null };
    await this.sessions.endAll(userId);
    this.decisions.tellAllEnded('password', userId);
    const session = { userId, amr: 'pwd', remembered: true, ipAddress, userAgent } as const;
    return { signedIn: await this.pairs.completeFor(userId, await this.sessions.start(session)) };
  }
}
