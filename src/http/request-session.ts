import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { type CurrentSession, SessionFlow } from '../flows/session.flow.js';
import { CsrfTokens } from './csrf-tokens.js';
import type { HttpRequest } from './request-client.js';
import { SessionCookie } from './session-cookie.js';
import { TokenCookies } from './token-cookies.js';

/** Who is signed in, and what shows it: `null` where that was an access token, which is nothing to hand on. */
export interface RequestedSession extends CurrentSession {
  readonly token: string | null;
}

/**
 * Finds the session of a request: `Authorization: Bearer <token>`, raw or signed or an access token, or else the cookie: of the
 * node-auth dialect where it is mounted, or the session's.
 */
@Injectable()
export class RequestSession {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly tokenCookies: TokenCookies,
    private readonly csrf: CsrfTokens,
    private readonly sessions: SessionFlow,
  ) {}

  /**
   * The token, where one was sent that may be ours. The database has the last word on it.
   *
   * @throws PhoneAuthError `CSRF_INVALID`
   */
  token(request: HttpRequest): string | undefined {
    const { authorization, cookie } = request.headers;
    const bearer = this.bearer(authorization);
    if (bearer !== undefined) return bearer;
    const accessToken = this.tokenCookies.accessToken(cookie);
    if (accessToken === undefined || dotsIn(accessToken) !== 2) return this.cookie.read(cookie);
    this.csrf.check(request, sessionOf(accessToken));
    return accessToken;
  }

  /** Who is signed in, in one statement at most and none for anonymous requests. */
  async find(request: HttpRequest): Promise<RequestedSession | null> {
    const token = this.token(request);
    if (token === undefined) return null;
    const current = await this.sessions.read(token);
    return current && { ...current, token: ownToken(token) };
  }

  /** As {@link find}, and extends a session that is due. */
  async findAndExtend(request: HttpRequest): Promise<(RequestedSession & { extended: boolean }) | null> {
    const token = this.token(request);
    if (token === undefined) return null;
    const current = await this.sessions.readAndExtend(token);
    return current && { ...current, token: ownToken(token) };
  }

  /** @throws PhoneAuthError `UNAUTHORIZED` */
  async require(request: HttpRequest): Promise<RequestedSession> {
    const current = await this.find(request);
    if (!current) throw new PhoneAuthError('UNAUTHORIZED');
    return current;
  }

  private bearer(header: string | undefined): string | undefined {
    const value = /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (value === undefined) return undefined;
    // a session's token has no dot, an access token two
    const dots = dotsIn(value);
    return dots === 0 || dots === 2 ? value : this.cookie.verified(decode(value));
  }
}

const dotsIn = (value: string): number => value.split('.').length - 1;

/** What an access token says of its session, whoever has signed it: that is found out later. */
function sessionOf(accessToken: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    const { sid } = claims as { sid?: unknown };
    return typeof sid === 'string' ? sid : '';
  } catch {
    return '';
  }
}

const ownToken = (token: string): string | null => (token.includes('.') ? null : token);

/** Some clients keep the value as it stood in the cookie, percent-encoded. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
