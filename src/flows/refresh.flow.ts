import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Events } from '../events/events.js';
import { RefreshTokens } from '../sessions/refresh-tokens.js';
import type { Session } from '../sessions/session.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { REFRESH } from './decision-list.js';
import { Decisions } from './decisions.js';
import { SessionFlow } from './session.flow.js';
import { type TokenPair, TokenPairs } from './token-pairs.js';

/** @publicApi */
export interface RefreshResult extends TokenPair {
  readonly user: PhoneUser;
  readonly session: Session;
}

/** A refresh token becomes the next pair; one that was used before ends its session (R54). */
@Injectable()
export class RefreshFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly refreshTokens: RefreshTokens,
    private readonly users: PhoneUserStore,
    private readonly sessions: SessionFlow,
    private readonly pairs: TokenPairs,
    private readonly events: Events,
  ) {}

  /** @throws PhoneAuthError `REFRESH_TOKEN_REQUIRED`, `INVALID_REFRESH_TOKEN` */
  run(shown: string | undefined): Promise<RefreshResult> {
    return this.decisions.watch(REFRESH, {}, () => this.refresh(shown));
  }

  private async refresh(shown: string | undefined): Promise<RefreshResult> {
    if (!shown) throw new PhoneAuthError('REFRESH_TOKEN_REQUIRED');
    const use = await this.refreshTokens.use(shown, this.users.projection);
    if (use.is === 'reused') {
      const { id: sessionId, userId } = use.session;
      this.events.emit({ type: 'refresh-token.reused', userId, sessionId });
      this.decisions.tellEnded('reuse', { userId, sessionId });
    }
    if (use.is !== 'refreshed') throw new PhoneAuthError('INVALID_REFRESH_TOKEN');

    const current = await this.sessions.withUser(use.found);
    if (!current) throw new PhoneAuthError('INVALID_REFRESH_TOKEN');
    const { user, session } = current;
    return { ...(await this.pairs.pair(user, session, use.refreshToken)), user, session };
  }

  /** Ends the session of a refresh token, used or not. One that is not ours is as good as ended. */
  async end(shown: string): Promise<void> {
    const session = await this.refreshTokens.end(shown);
    if (session) this.decisions.tellEnded('sign-out', { sessionId: session.id, userId: session.userId });
  }
}
