import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from '../runtime/clock.js';
import type { Session } from '../sessions/session.js';
import { SessionCookie } from './session-cookie.js';

/** Writes what a session does to an answer's headers, under Express and Fastify alike. */
@Injectable()
export class SessionResponse {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly cookie: SessionCookie,
    private readonly clock: Clock,
  ) {}

  /** Gives the token to the client: as a cookie, and for those who keep none as `set-auth-token`. */
  signIn(response: unknown, { token, session }: { token: string; session: Session }): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.appendHeader(response, 'Set-Cookie', this.cookie.set(token, session, this.clock.now()));
    httpAdapter.setHeader(response, 'set-auth-token', this.cookie.signed(token));
    httpAdapter.appendHeader(response, 'Access-Control-Expose-Headers', 'set-auth-token');
    this.uncached(response);
  }

  signOut(response: unknown): void {
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', this.cookie.clear());
  }

  /** Nothing on the way may keep the answer. */
  uncached(response: unknown): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    httpAdapter.setHeader(response, 'Pragma', 'no-cache');
  }
}
