import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { Sql } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { RefreshTokenSecrets } from './refresh-token-secrets.js';
import { type FoundRefreshToken, RefreshTokenStore } from './refresh-token-store.js';
import type { Session } from './session.js';
import type { FoundSession, UserTable } from './session-rows.js';

/** What a token of ours looks like: 256 bits. */
const SHAPE = /^[\w-]{43}$/;

/** What became of a refresh token that somebody showed. */
export type Use =
  | { readonly is: 'refreshed'; readonly refreshToken: string; readonly found: FoundSession }
  /** Its session was ended for that. */
  | { readonly is: 'reused'; readonly session: Session }
  | { readonly is: 'unknown' };

/**
 * Refresh tokens: each works once and leaves a successor (R54). One that comes back was copied, unless it is the last one
 * used and comes at once: then its answer got lost, or requests were parallel, and it gives the successor that it has.
 */
@Injectable()
export class RefreshTokens {
  constructor(
    private readonly store: RefreshTokenStore,
    private readonly secrets: RefreshTokenSecrets,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** The first token of a session that is about to be written, and the statement that is written with it. */
  first(session: Session): { refreshToken: string; statement: Sql } {
    const refreshToken = this.random.token();
    return { refreshToken, statement: this.store.first(this.row(refreshToken), session) };
  }

  async use(token: string, users?: UserTable): Promise<Use> {
    if (this.config.session.strategy === 'opaque' || !SHAPE.test(token)) return { is: 'unknown' };
    const now = this.clock.now();
    const refreshToken = this.random.token();
    const outcome = await this.store.rotate(
      {
        hashes: this.secrets.hashes(token),
        next: this.row(refreshToken),
        sealed: this.secrets.seal(refreshToken, token),
        now,
      },
      users,
    );
    if (outcome.rotated) return { is: 'refreshed', refreshToken, found: outcome.rotated };
    return outcome.found ? this.useAgain(token, outcome.found, now) : { is: 'unknown' };
  }

  /** Ends the family of a token. `undefined` where there was none. */
  async end(token: string): Promise<Session | undefined> {
    if (!SHAPE.test(token)) return undefined;
    const shown = { hashes: this.secrets.hashes(token), now: this.clock.now() };
    const session = (await this.store.find(shown))?.session;
    return session && (await this.store.removeFamily(session.id)) ? session : undefined;
  }

  private async useAgain(token: string, found: FoundRefreshToken, now: number): Promise<Use> {
    const { usedAt, successor, session } = found;
    if (usedAt === null) return { is: 'unknown' }; // too old
    // what was sealed is forgotten as soon as the successor is used itself
    if (successor !== null && now - usedAt < this.config.refreshToken.reuseGrace * 1_000) {
      return { is: 'refreshed', refreshToken: this.secrets.unseal(successor, token), found };
    }
    return (await this.store.removeFamily(session.id)) ? { is: 'reused', session } : { is: 'unknown' };
  }

  private row(token: string) {
    return { id: this.random.id(), tokenHash: this.secrets.hash(token) };
  }
}
