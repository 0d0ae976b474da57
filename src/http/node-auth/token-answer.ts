import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import type { SignInResult } from '../../flows/sign-in.flow.js';
import type { TokenPair } from '../../flows/token-pairs.js';
import { Clock } from '../../runtime/clock.js';
import type { Session } from '../../sessions/session.js';
import { ClientCookies } from '../client-cookies.js';
import { CsrfTokens } from '../csrf-tokens.js';
import { ReplacedSession } from '../replaced-session.js';
import type { HttpRequest } from '../request-client.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionResponse } from '../session-response.js';
import { TokenCookies } from '../token-cookies.js';

/** Gives a token pair to a client of node-auth's: as cookies, or in the body with `X-Auth-Strategy: bearer` (S3.19–S3.21). */
@Injectable()
export class TokenAnswer {
  constructor(
    private readonly cookies: TokenCookies,
    private readonly csrf: CsrfTokens,
    private readonly clientCookies: ClientCookies,
    private readonly sessionCookie: SessionCookie,
    private readonly response: SessionResponse,
    private readonly replaced: ReplacedSession,
    private readonly clock: Clock,
  ) {}

  /** Whether the client wants tokens in the body, and no cookie. */
  isInBody({ headers }: HttpRequest): boolean {
    return headers['x-auth-strategy']?.toLowerCase() === 'bearer';
  }

  signIn(request: HttpRequest, response: unknown, { signedIn, knownDevice }: SignInResult) {
    if (!signedIn?.tokens) throw new PhoneAuthError('FAILED_TO_CREATE_SESSION');
    const { tokens, session } = signedIn;
    if (this.isInBody(request)) return this.inBody(response, tokens);
    this.replaced.end(request);
    if (knownDevice) this.clientCookies.setDevice(response, knownDevice);
    // somebody who was signed in by the other routes is not any more: two cookies would be two people
    if (this.sessionCookie.read(request.headers.cookie) !== undefined) this.response.clearSession(response);
    return this.inCookies(response, tokens, session);
  }

  inCookies(response: unknown, { accessToken, refreshToken, expiresIn }: TokenPair, session: Session) {
    this.response.uncached(response);
    const refreshMaxAge = Math.round((session.expiresAt.getTime() - this.clock.now()) / 1_000);
    this.cookies.set(response, { accessToken, refreshToken, accessMaxAge: expiresIn, refreshMaxAge });
    this.csrf.set(response, session.id, refreshMaxAge);
    return { success: true };
  }

  inBody(response: unknown, { accessToken, refreshToken }: TokenPair) {
    this.response.uncached(response);
    return { success: true, accessToken, refreshToken };
  }
}
