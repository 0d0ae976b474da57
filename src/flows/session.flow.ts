import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { Session } from '../sessions/session.js';
import { USER_PREFIX } from '../sessions/session-store.js';
import { Sessions } from '../sessions/sessions.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';

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

  /**
   * The live sessions of a user, newest first.
   *
   * @throws PhoneAuthError `SESSION_NOT_FRESH`
   */
  async list(current: CurrentSession): Promise<Session[]> {
    this.requireFresh(current);
    return this.listOf(current.user.id);
  }

  listOf(userId: string): Promise<Session[]> {
    return this.sessions.list(userId);
  }

  /** @throws PhoneAuthError `SESSION_NOT_FRESH` where the sign-in was too long ago for what is sensitive */
  requireFresh({ session }: CurrentSession): void {
    if (!this.sessions.isFresh(session)) throw new PhoneAuthError('SESSION_NOT_FRESH');
  }

  /** @throws PhoneAuthError `RECENT_OTP_REQUIRED` where no code was given lately, as {@link StepUpFlow} takes one */
  requireRecentProof({ session }: CurrentSession): void {
    if (!this.sessions.isProven(session)) throw new PhoneAuthError('RECENT_OTP_REQUIRED');
  }

  /** Ends one session of the user, named by its id or its token. One that is not his is as good as ended. */
  revoke(userId: string, handle: string): Promise<void> {
    return this.sessions.endOne(userId, handle);
  }

  /** Ends every session of the user, but for the one to keep. */
  revokeAll(userId: string, except?: string): Promise<void> {
    return this.sessions.endAll(userId, except === undefined ? {} : { except });
  }
}
