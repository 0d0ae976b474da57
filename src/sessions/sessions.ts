import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { FollowUp } from '../persistence/along.js';
import type { Queryable } from '../persistence/database.js';
import type { SqlName } from '../persistence/sql.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { isProvenWithin, RECENT_PROOF } from './recent-proof.js';
import { RefreshTokens } from './refresh-tokens.js';
import type { EndedSession, FoundSession, UserTable } from './session-rows.js';
import { SessionStore } from './session-store.js';
import type { Session, SignInMethod } from './session.js';

/** Seconds that a session lives which was not to be remembered; it is never extended (WIRE 2.7). */
const UNREMEMBERED_LIFETIME = 86_400;

/** Who signs in, and from where. */
export interface SessionStart {
  readonly userId: string;
  readonly amr: SignInMethod;
  readonly remembered: boolean;
  readonly ipAddress: string;
  readonly userAgent: string;
}

/** A session that was just opened. What is in here beside it is given out once and known to nobody after that. */
export interface StartedSession {
  readonly token: string;
  readonly session: Session;
  /** With token pairs alone. */
  readonly refreshToken?: string;
}

/** Opaque sessions: a random token with the device, its hash in the table. */
@Injectable()
export class Sessions {
  constructor(
    private readonly store: SessionStore,
    private readonly refreshTokens: RefreshTokens,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** Opens a session. */
  async start(start: SessionStart, within?: Queryable): Promise<StartedSession> {
    const token = this.random.token();
    const session: Session = { userId: start.userId, ...this.begin(start) };
    const first = this.hasTokenPairs ? this.refreshTokens.first(session) : undefined;
    await this.store.insert(session, hashToken(token), {
      ...(within && { within }),
      ...(first && { before: first.statement }),
    });
    return { token, session, ...(first && { refreshToken: first.refreshToken }) };
  }

  /** Whether a session is more than its row: then it cannot be started {@link along}. */
  get hasTokenPairs(): boolean {
    return this.config.session.strategy === 'token-pair';
  }

  /**
   * Opens a session in the statement of another change.
   *
   * @param owner his id, or the column in which the change before tells it
   */
  along(
    start: Omit<SessionStart, 'userId'>,
    owner: string | SqlName,
  ): { insert: FollowUp; of(userId: string): StartedSession } {
    const token = this.random.token();
    const session = this.begin(start);
    return {
      insert: this.store.insertAlong(session, hashToken(token), owner),
      of: (userId) => ({ token, session: { userId, ...session } }),
    };
  }

  private begin(start: Omit<SessionStart, 'userId'>): Omit<Session, 'userId'> {
    const now = this.clock.now();
    const lifetime = start.remembered ? this.config.session.expiresIn : UNREMEMBERED_LIFETIME;
    return {
      id: this.random.id(),
      amr: start.amr,
      remembered: start.remembered,
      expiresAt: new Date(now + lifetime * 1_000),
      createdAt: new Date(now),
      updatedAt: new Date(now),
      provedAt: start.amr === 'pwd' ? null : new Date(now),
      ipAddress: start.ipAddress.slice(0, 45),
      userAgent: start.userAgent.slice(0, 512),
    };
  }

  /** The live session of a token. */
  find(token: string, users?: UserTable): Promise<FoundSession | undefined> {
    return this.store.findByToken(hashToken(token), this.clock.now(), users);
  }

  /** The live session with an id, if it is that user's. */
  findById(id: string, userId: string, users?: UserTable): Promise<FoundSession | undefined> {
    return this.store.findById(id, userId, this.clock.now(), users);
  }

  /** A session in use lives on: once per `updateAge`, its end moves. Returns the session as it is afterwards. */
  async extendIfDue(session: Session): Promise<Session> {
    const now = this.clock.now();
    const { expiresIn, absoluteExpiresIn, updateAge } = this.config.session;
    if (!session.remembered || now - session.updatedAt.getTime() <= updateAge * 1_000) return session;
    const expiresAt = Math.min(
      now + expiresIn * 1_000,
      session.createdAt.getTime() + absoluteExpiresIn * 1_000,
    );
    await this.store.extend(session.id, expiresAt, now);
    return { ...session, expiresAt: new Date(expiresAt), updatedAt: new Date(now) };
  }

  /**
   * A code was given in the session: it goes on under another token, and the one before is worth nothing any more (R53).
   * `null` where it has ended, or somebody else was faster.
   */
  async elevate(session: Session, token: string): Promise<StartedSession | null> {
    const amr = session.amr === 'pwd' ? 'mfa' : session.amr;
    // access tokens name the session: those that are out must not become worth more, so another one takes its place
    if (this.config.session.strategy === 'token-pair')
      return (await this.store.removeById(session.id)) ? this.start({ ...session, amr }) : null;

    const now = this.clock.now();
    const next = this.random.token();
    const elevated = { ...session, amr, provedAt: new Date(now) };
    const isDone = await this.store.replaceToken(elevated, hashToken(token), hashToken(next));
    return isDone ? { token: next, session: elevated } : null;
  }

  /** Ends the session of a token. An unknown one is as good as ended. */
  end(token: string): Promise<EndedSession | undefined> {
    return this.store.removeByToken(hashToken(token));
  }

  /** Ends the session with an id. `false` where there was none. */
  endById(id: string): Promise<boolean> {
    return this.store.removeById(id);
  }

  /** Ends one session of a user. `handle` is its id, as lists show it, or its token. */
  endOne(userId: string, handle: string): Promise<EndedSession | undefined> {
    return this.store.removeOne(userId, handle.slice(0, 36), hashToken(handle));
  }

  /** Whether the session was opened lately enough for what is sensitive (`session.freshAge`). */
  isFresh(session: Session): boolean {
    const { freshAge } = this.config.session;
    return freshAge === 0 || this.clock.now() - session.createdAt.getTime() < freshAge * 1_000;
  }

  /** Whether a code was given in the session just now. */
  isProven(session: Session): boolean {
    return isProvenWithin(session, RECENT_PROOF, this.clock.now());
  }

  /** Ends every session of a user, `except` one. */
  endAll(userId: string, options: { except?: string; within?: Queryable } = {}): Promise<void> {
    return this.store.removeByUser(userId, options.except, options.within);
  }

  /** The live sessions of a user, newest first. */
  list(userId: string): Promise<Session[]> {
    return this.store.findByUser(userId, this.clock.now());
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
