import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import type { EventBase, EventDestination } from './event-base.js';

/** Whom a decision was about, and who asked for it (R62). */
export interface EventDecision extends EventBase {
  /** All but the first and the last two characters hidden; left out where there was no number, or what came was none. */
  readonly phoneNumber?: string;
  /** ISO 3166-1 region of the number. */
  readonly country?: string;
  /** The client's address as the framework names it; `''` where a caller of the service names none. */
  readonly ipAddress: string;
}

/** What a code is for. */
type Purpose = 'sign-in' | 'reset-password' | 'second-factor' | 'step-up';

/** How somebody has shown who he is, in the words of RFC 8176. */
type Method = 'sms' | 'pwd' | 'mfa';

/**
 * Somebody asked for a code and may have one. Whether the message left is told by `code.sent` and `code.failed`, and
 * whether the number has an account by nothing.
 *
 * @publicApi
 */
export interface CodeRequestedEvent extends EventDecision {
  readonly type: 'code.requested';
  readonly purpose: Purpose;
  /** Who asked, where he was signed in. */
  readonly userId?: string;
}

/**
 * The right code was given, and is used up.
 *
 * @publicApi
 */
export interface CodeVerifiedEvent extends EventBase, EventDestination {
  readonly type: 'code.verified';
  readonly purpose: Purpose;
}

/**
 * Somebody is signed in, or has proven his number with `disableSession`.
 *
 * @example
 * ```ts
 * if (event.type === 'sign-in.succeeded') await audit.add({ who: event.userId, from: event.ipAddress, at: event.at });
 * ```
 * @publicApi
 */
export interface SignInSucceededEvent extends EventDecision {
  readonly type: 'sign-in.succeeded';
  readonly method: Method;
  readonly userId: string;
  /** Left out with `disableSession`. */
  readonly sessionId?: string;
  /** Whether this sign-in made the account. */
  readonly isNewUser: boolean;
}

/**
 * The first factor was right, and nobody is signed in yet: a code has to follow.
 *
 * @publicApi
 */
export interface SecondFactorRequiredEvent extends EventDecision {
  readonly type: 'second-factor.required';
  readonly method: Method;
}

/**
 * Somebody who is signed in has shown again that his number is at hand.
 *
 * @publicApi
 */
export interface StepUpSucceededEvent extends EventDecision {
  readonly type: 'step-up.succeeded';
  readonly userId: string;
  readonly sessionId?: string;
}

/**
 * A refresh token became the next pair.
 *
 * @publicApi
 */
export interface TokensRefreshedEvent extends EventDecision {
  readonly type: 'tokens.refreshed';
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * A user's password takes a code beside it from now on, or no longer does.
 *
 * @publicApi
 */
export interface TwoFactorChangedEvent extends EventDecision {
  readonly type: 'two-factor.changed';
  readonly userId: string;
  readonly enabled: boolean;
}

/**
 * A number was added to an account, or took the place of the one it had.
 *
 * @publicApi
 */
export interface NumberLinkedEvent extends EventDecision {
  readonly type: 'number.linked';
  readonly userId: string;
}

/**
 * A number was taken off an account.
 *
 * @publicApi
 */
export interface NumberReleasedEvent extends EventBase, EventDestination {
  readonly type: 'number.released';
  readonly userId: string;
}

/**
 * An account has a new password: by a code, which ends all its sessions, or by the one before.
 *
 * @publicApi
 */
export interface PasswordChangedEvent extends EventDecision {
  readonly type: 'password.changed';
  readonly method: Method;
  readonly userId: string;
}

/**
 * Something was asked for and refused.
 *
 * @example
 * ```ts
 * if (event.type === 'sign-in.failed') await audit.add({ from: event.ipAddress, why: event.reason, at: event.at });
 * ```
 * @publicApi
 */
export interface DecisionFailedEvent extends EventDecision {
  readonly type:
    | 'code-request.failed'
    | 'code-check.failed'
    | 'sign-in.failed'
    | 'number-link.failed'
    | 'password-change.failed'
    | 'step-up.failed'
    | 'token-refresh.failed'
    | 'two-factor-change.failed';
  /** What the caller was told, or `UNEXPECTED_ERROR`. */
  readonly reason: PhoneAuthErrorCode;
  /**
   * With `RATE_LIMITED`, what was used up. Of the number: `number-delay`, `number-row`, `number-hour` and `number-day` for
   * messages, `number-guesses`, `channel-hour`, `channel-day`. Else `address-messages`, `address-guesses`, `user`,
   * `overall-minute`, `overall-day`, or what a {@link SendSuspectedEvent} gives as its reason.
   */
  readonly limit?: string;
  readonly method?: Method;
  readonly purpose?: Purpose;
  /** Whose account it was to change, where he was signed in. */
  readonly userId?: string;
}

/**
 * One session ended before its time, or all that a user had.
 *
 * @example
 * ```ts
 * if (event.type === 'session.ended') sockets.disconnect(event);
 * ```
 * @publicApi
 */
export interface SessionEndedEvent extends EventBase {
  readonly type: 'session.ended';
  /**
   * `sign-out`: by its own token. `revoked`: by its user or the host. `password`: with the password that it was opened
   * under. `unproven`: whoever opened it had not proven the number that somebody else now has (R47). `callback`:
   * a function of the host threw, before the caller had the session. `reuse`: a refresh token was used twice (R54).
   * `erased`: with its user. `replaced`: a sign-in in the same browser, or with token pairs a step-up, took its place (R53).
   */
  readonly cause:
    'sign-out' | 'revoked' | 'password' | 'unproven' | 'callback' | 'reuse' | 'erased' | 'replaced';
  /** Left out where a token was all that is known: MySQL and MariaDB do not say whose row they have deleted. */
  readonly userId?: string;
  /** How many: one session, all of the user but one, or all. */
  readonly scope: 'one' | 'others' | 'all';
  /** The one that ended, where MySQL and MariaDB say so. */
  readonly sessionId?: string;
  /** The one that did not end. */
  readonly exceptId?: string;
}

/** Decisions that a flow watches itself make. */
export type DecisionEvent =
  | CodeRequestedEvent
  | SignInSucceededEvent
  | SecondFactorRequiredEvent
  | StepUpSucceededEvent
  | TokensRefreshedEvent
  | TwoFactorChangedEvent
  | NumberLinkedEvent
  | PasswordChangedEvent
  | DecisionFailedEvent;
