import { Injectable } from '@nestjs/common';
import { SessionFlow } from '../flows/session.flow.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import type { HttpRequest } from './request-client.js';
import { SessionCookie } from './session-cookie.js';
import { TokenCookies } from './token-cookies.js';

/**
 * The session whose cookie a sign-in is about to write over. It ends: nobody could sign it out any more, and whoever had planted
 * it would go on having it (R53). One that came as a bearer is the client's own to keep.
 */
@Injectable()
export class ReplacedSession {
  constructor(
    private readonly sessionCookie: SessionCookie,
    private readonly tokenCookies: TokenCookies,
    private readonly sessions: SessionFlow,
    private readonly background: BackgroundTasks,
  ) {}

  end({ headers: { cookie } }: HttpRequest): void {
    for (const token of [this.sessionCookie.read(cookie), this.tokenCookies.accessToken(cookie)]) {
      if (token === undefined) continue;
      this.background.run('A session that was signed over did not end', () =>
        this.sessions.end(token, 'replaced'),
      );
    }
  }
}
