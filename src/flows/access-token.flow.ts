import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { SessionFlow } from './session.flow.js';

/** A live session gets access tokens, for services that cannot look it up. */
@Injectable()
export class AccessTokenFlow {
  constructor(
    private readonly sessions: SessionFlow,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws PhoneAuthError `UNAUTHORIZED` where the session is not live */
  async issue(sessionToken: string | undefined): Promise<string> {
    const current = sessionToken === undefined ? null : await this.sessions.read(sessionToken);
    if (!current) throw new PhoneAuthError('UNAUTHORIZED');
    return (await this.tokens.issue(current)).token;
  }
}
