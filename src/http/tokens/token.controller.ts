import { Get, Header, Req, Res, UseFilters } from '@nestjs/common';
import { AccessTokenFlow } from '../../flows/access-token.flow.js';
import { PublicKeys } from '../../flows/public-keys.js';
import type { HttpRequest } from '../request-client.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';
import { Public } from '../public.decorator.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';

/** Five minutes: after a change of the secret, caches on the way soon show the new key. */
export const KEYS_MAX_AGE = 'public, max-age=300';

/** Access tokens, and the keys that other services check signatures with (WIRE 1.2). */
@Public()
@UseFilters(PhoneAuthErrorFilter)
export class TokenController {
  constructor(
    private readonly accessTokens: AccessTokenFlow,
    private readonly keys: PublicKeys,
    private readonly requestSession: RequestSession,
    private readonly response: SessionResponse,
  ) {}

  @Get('token')
  async token(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    this.response.uncached(response);
    return { token: await this.accessTokens.issue(this.requestSession.token(request)) };
  }

  @Get('.well-known/jwks.json')
  @Header('Cache-Control', KEYS_MAX_AGE)
  jwks() {
    return { keys: this.keys.all };
  }
}
