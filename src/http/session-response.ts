import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from '../runtime/clock.js';
import type { SignInResult } from '../flows/sign-in.flow.js';
import type { Session } from '../sessions/session.js';
import { ClientCookies } from './client-cookies.js';
import { CsrfTokens } from './csrf-tokens.js';
import { ReplacedSession } from './replaced-session.js';
import type { HttpRequest } from './request-client.js';
import { SessionCookie } from './session-cookie.js';
import { TokenCookies } from './token-cookies.js';

/** Writes what a session does to an answer's headers, under Express and Fastify alike. */
@Injectable()
export class SessionResponse {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly cookie: SessionCookie,
    private readonly clientCookies: ClientCookies,
    private readonly tokenCookies: TokenCookies,
    private readonly csrf: CsrfTokens,
    private readonly replaced: ReplacedSession,
    private readonly clock: Clock,
  ) {}

  /** What a sign-in leaves with the client: the mark of a known device, and the session where there is one. */
  signIn(request: HttpRequest, response: unknown, { signedIn, knownDevice }: SignInResult): void {
    if (!signedIn) return;
    this.replaced.end(request);
    this.start(response, signedIn);
    if (knownDevice) this.clientCookies.setDevice(response, knownDevice);
  }

  /** Gives the token to the client: as a cookie, and for those who keep none as `set-auth-token`. */
  start(response: unknown, { token, session }: { token: string; session: Session }): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.appendHeader(response, 'Set-Cookie', this.cookie.set(token, session, this.clock.now()));
    httpAdapter.setHeader(response, 'set-auth-token', this.cookie.signed(token));
    httpAdapter.appendHeader(response, 'Access-Control-Expose-Headers', 'set-auth-token');
    this.uncached(response);
    this.clearTokens(response);
  }

  signOut(response: unknown): void {
    this.clearSession(response);
    this.clearTokens(response);
  }

  clearSession(response: unknown): void {
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', this.cookie.clear());
  }

  /** The cookies of the node-auth dialect: beside a session's cookie they would be a second person. */
  private clearTokens(response: unknown): void {
    if (!this.tokenCookies.areOurs) return;
    this.tokenCookies.clear(response);
    this.csrf.clear(response);
  }

  /** Nothing on the way may keep the answer. */
  uncached(response: unknown): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    httpAdapter.setHeader(response, 'Pragma', 'no-cache');
  }
}
