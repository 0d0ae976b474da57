import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { type CurrentSession, SessionFlow } from '../flows/session.flow.js';
import { SessionCookie } from './session-cookie.js';

/** The headers of a request in which a session can come. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** Who is signed in, and what shows it: `null` where that was an access token, which is nothing to hand on. */
export interface RequestedSession extends CurrentSession {
  readonly token: string | null;
}

/** Finds the session of a request: `Authorization: Bearer <token>`, raw or signed or an access token, or else the cookie. */
@Injectable()
export class RequestSession {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly sessions: SessionFlow,
  ) {}

  /** The token, where one was sent that may be ours. The database has the last word on it. */
  token(headers: CredentialHeaders): string | undefined {
    return this.bearer(headers.authorization) ?? this.cookie.read(headers.cookie);
  }

  /** Who is signed in, in one statement at most and none for anonymous requests. */
  async find(headers: CredentialHeaders): Promise<RequestedSession | null> {
    const token = this.token(headers);
    if (token === undefined) return null;
    const current = await this.sessions.read(token);
    return current && { ...current, token: ownToken(token) };
  }

  /** As {@link find}, and extends a session that is due. */
  async findAndExtend(
    headers: CredentialHeaders,
  ): Promise<(RequestedSession & { extended: boolean }) | null> {
    const token = this.token(headers);
    if (token === undefined) return null;
    const current = await this.sessions.readAndExtend(token);
    return current && { ...current, token: ownToken(token) };
  }

  /** @throws PhoneAuthError `UNAUTHORIZED` */
  async require(headers: CredentialHeaders): Promise<RequestedSession> {
    const current = await this.find(headers);
    if (!current) throw new PhoneAuthError('UNAUTHORIZED');
    return current;
  }

  private bearer(header: string | undefined): string | undefined {
    const value = /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (value === undefined) return undefined;
    // a session's token has no dot, an access token two
    const dots = value.split('.').length - 1;
    return dots === 0 || dots === 2 ? value : this.cookie.verified(decode(value));
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
