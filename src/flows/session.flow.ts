import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { Session } from '../sessions/session.js';
import { type EndedSession, type FoundSession, USER_PREFIX } from '../sessions/session-rows.js';
import { Sessions } from '../sessions/sessions.js';
import { AccessTokens, looksLikeJwt } from '../tokens/access-tokens.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { Decisions } from './decisions.js';

/** Who is signed in, and by which session. @publicApi */
export interface CurrentSession {
  readonly session: Session;
  readonly user: PhoneUser;
}

/** What becomes of a session after sign-in. */
@Injectable()
export class SessionFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly sessions: Sessions,
    private readonly users: PhoneUserStore,
    private readonly accessTokens: AccessTokens,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /**
   * The live session of a token with its user: one statement where users can be joined, two otherwise. With token pairs an
   * access token is one as well, for as long as its session lives.
   */
  async read(token: string): Promise<CurrentSession | null> {
    const found = looksLikeJwt(token) ? await this.findByJwt(token) : await this.findByToken(token);
    return found ? this.withUser(found) : null;
  }

  /** A session that was read along with its user, or not. `null` where he is gone. */
  async withUser({ session, row }: FoundSession): Promise<CurrentSession | null> {
    const { projection } = this.users;
    const user = projection
      ? projection.fromRow(row, USER_PREFIX)
      : await this.users.findById(session.userId);
    return user && { session, user };
  }

  /** As {@link read}, and extends a session that is due. `extended` tells whether the cookie has to be set anew. */
  async readAndExtend(token: string): Promise<(CurrentSession & { extended: boolean }) | null> {
    const current = await this.read(token);
    if (!current) return null;
    const session = await this.sessions.extendIfDue(current.session);
    return { ...current, session, extended: session !== current.session };
  }

  /** Ends the session of a token. An access token ends it as well, also one that has expired (S3.42). */
  async end(token: string, cause: 'sign-out' | 'replaced' = 'sign-out'): Promise<void> {
    this.decisions.tellEnded(cause, await this.ended(token));
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
  async revoke(userId: string, handle: string): Promise<void> {
    const ended = await this.sessions.endOne(userId, handle);
    this.decisions.tellEnded('revoked', ended && { userId, ...ended });
  }

  /** Ends every session of the user, but for the one to keep. */
  async revokeAll(userId: string, except?: string): Promise<void> {
    await this.sessions.endAll(userId, except === undefined ? {} : { except });
    this.decisions.tellAllEnded('revoked', userId, except);
  }

  private async ended(token: string): Promise<EndedSession | undefined> {
    if (!looksLikeJwt(token)) return this.sessions.end(token);
    const claims = await this.claimsOf(token, { allowExpired: true });
    if (!claims || !(await this.sessions.endById(claims.sid))) return undefined;
    return { sessionId: claims.sid, userId: claims.sub };
  }

  private findByToken(token: string): Promise<FoundSession | undefined> {
    return this.sessions.find(token, this.users.projection);
  }

  private async findByJwt(token: string): Promise<FoundSession | undefined> {
    const claims = await this.claimsOf(token);
    return claims && this.sessions.findById(claims.sid, claims.sub, this.users.projection);
  }

  /** Without token pairs, access tokens are for other services alone. */
  private async claimsOf(token: string, options?: { allowExpired: boolean }) {
    return this.config.session.strategy === 'token-pair' ? this.accessTokens.read(token, options) : undefined;
  }
}
