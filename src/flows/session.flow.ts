import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { Session } from '../sessions/session.js';
import { USER_PREFIX } from '../sessions/session-store.js';
import { Sessions } from '../sessions/sessions.js';
import { type PhoneUser, type PhoneUserChanges, PhoneUserStore } from '../users/phone-user-store.js';

/** Who is signed in, and by which session. @publicApi */
export interface CurrentSession {
  readonly session: Session;
  readonly user: PhoneUser;
}

/** What becomes of a session after sign-in. */
@Injectable()
export class SessionFlow {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: PhoneUserStore,
  ) {}

  /** The live session of a token with its user: one statement where users can be joined, two otherwise. */
  async read(token: string): Promise<CurrentSession | null> {
    const { projection } = this.users;
    const found = await this.sessions.find(token, projection);
    if (!found) return null;
    const user = projection
      ? projection.fromRow(found.row, USER_PREFIX)
      : await this.users.findById(found.session.userId);
    return user && { session: found.session, user };
  }

  /** As {@link read}, and extends a session that is due. `extended` tells whether the cookie has to be set anew. */
  async readAndExtend(token: string): Promise<(CurrentSession & { extended: boolean }) | null> {
    const current = await this.read(token);
    if (!current) return null;
    const session = await this.sessions.extendIfDue(current.session);
    return { ...current, session, extended: session !== current.session };
  }

  end(token: string): Promise<void> {
    return this.sessions.end(token);
  }

  /** Changes the profile. A number can be released here, never set: that takes a code. */
  async updateUser(userId: string, changes: UpdateUserRequest): Promise<PhoneUser> {
    const { phoneNumber, ...profile } = changes;
    const update: PhoneUserChanges =
      phoneNumber === null ? { ...profile, phoneNumber: null, phoneNumberVerified: false } : profile;
    if (Object.values(update).every((value) => value === undefined))
      throw new PhoneAuthError('NO_FIELDS_TO_UPDATE');
    const user = await this.users.update(userId, update);
    if (!user) throw new PhoneAuthError('USER_NOT_FOUND');
    return user;
  }
}

/** @publicApi */
export interface UpdateUserRequest {
  readonly name?: string;
  readonly image?: string | null;
  /** `null` takes the number off the account. */
  readonly phoneNumber?: null;
}
