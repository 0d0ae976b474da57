import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { type CurrentSession, SessionFlow } from '../flows/session.flow.js';
import { SessionCookie } from './session-cookie.js';

/** The headers of a request in which a session can come. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** Finds the session of a request: `Authorization: Bearer <token>`, raw or signed, or else the cookie. */
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
  async find(headers: CredentialHeaders): Promise<(CurrentSession & { token: string }) | null> {
    const token = this.token(headers);
    if (token === undefined) return null;
    const current = await this.sessions.read(token);
    return current && { ...current, token };
  }

  /** @throws PhoneAuthError `UNAUTHORIZED` */
  async require(headers: CredentialHeaders): Promise<CurrentSession & { token: string }> {
    const current = await this.find(headers);
    if (!current) throw new PhoneAuthError('UNAUTHORIZED');
    return current;
  }

  private bearer(header: string | undefined): string | undefined {
    const value = /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (value === undefined) return undefined;
    return value.includes('.') ? this.cookie.verified(decode(value)) : value;
  }
}

/** Some clients keep the value as it stood in the cookie, percent-encoded. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
