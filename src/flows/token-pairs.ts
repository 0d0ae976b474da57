import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { Session } from '../sessions/session.js';
import { Sessions, type StartedSession } from '../sessions/sessions.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { Decisions } from './decisions.js';

/**
 * What a client shows in place of a session's token, with `session.strategy: 'token-pair'`.
 *
 * @publicApi
 */
export interface TokenPair {
  /** A JWT, see {@link AccessTokenClaims}. */
  readonly accessToken: string;
  /** Gets the next pair, once. */
  readonly refreshToken: string;
  /** Seconds for which the access token is good. */
  readonly expiresIn: number;
}

/**
 * A session that was just opened.
 *
 * @publicApi
 */
export interface NewSession {
  /** Given out here only. */
  readonly token: string;
  readonly session: Session;
  /** With `session.strategy: 'token-pair'` alone. */
  readonly tokens?: TokenPair;
}

/** The access token that goes with a refresh token. */
@Injectable()
export class TokenPairs {
  constructor(
    private readonly decisions: Decisions,
    private readonly sessions: Sessions,
    private readonly accessTokens: AccessTokens,
    private readonly users: PhoneUserStore,
  ) {}

  /**
   * What a client gets of a session that was just opened. It may ask the host for claims, so it runs after the commit, as
   * `callbackOnVerification` does; if the host fails, the session ends.
   */
  async complete(user: PhoneUser, { token, session, refreshToken }: StartedSession): Promise<NewSession> {
    if (refreshToken === undefined) return { token, session };
    try {
      return { token, session, tokens: await this.pair(user, session, refreshToken) };
    } catch (error) {
      this.decisions.tellEnded('callback', await this.sessions.end(token));
      throw error;
    }
  }

  /** As {@link complete}, where only the id of the user is at hand. */
  async completeFor(userId: string, started: StartedSession): Promise<NewSession> {
    const { token, session, refreshToken } = started;
    if (refreshToken === undefined) return { token, session };
    const user = await this.users.findById(userId);
    if (!user) throw new PhoneAuthError('USER_NOT_FOUND');
    return this.complete(user, started);
  }

  async pair(user: PhoneUser, session: Session, refreshToken: string): Promise<TokenPair> {
    const { token: accessToken, expiresIn } = await this.accessTokens.issue({ user, session });
    return { accessToken, refreshToken, expiresIn };
  }
}
