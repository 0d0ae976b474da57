import { Get, Header, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { SessionFlow } from '../../flows/session.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import type { HttpRequest } from '../request-client.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';
import { Public } from '../public.decorator.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { RevokeSessionDto } from './session.dto.js';

/** Sessions (WIRE 1.2). */
@Public()
@UseGuards(BrowserRequestGuard)
@UseFilters(PhoneAuthErrorFilter)
export class SessionController {
  constructor(
    private readonly sessions: SessionFlow,
    private readonly requestSession: RequestSession,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
  ) {}

  @Get('ok')
  ok() {
    return { ok: true };
  }

  @Get('get-session')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async getSession(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    this.response.uncached(response);
    const current = await this.requestSession.findAndExtend(request);
    if (!current) {
      // an access token that has expired still has a refresh token beside it
      if (this.requestSession.token(request) !== undefined) this.response.clearSession(response);
      return 'null'; // as text: Nest sends an empty body for null, and clients read JSON
    }
    const { session, user, token, extended } = current;
    if (extended && token !== null) this.response.start(response, { token, session });
    return { session: this.wire.session(session, token ?? session.id), user: this.wire.user(user) };
  }

  @Post('sign-out')
  @HttpCode(200)
  async signOut(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    const token = this.requestSession.token(request);
    if (token !== undefined) await this.sessions.end(token);
    this.response.signOut(response);
    return { success: true };
  }

  /** The other sessions' tokens are known to nobody any more: their ids stand in for them. */
  @Get('list-sessions')
  async listSessions(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    this.response.uncached(response);
    const current = await this.requestSession.require(request);
    const sessions = await this.sessions.list(current);
    return sessions.map((session) =>
      this.wire.session(session, (session.id === current.session.id && current.token) || session.id),
    );
  }

  @Post('revoke-session')
  @HttpCode(200)
  async revokeSession(
    @JsonBody(RevokeSessionDto) { token }: RevokeSessionDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const current = await this.requestSession.require(request);
    await this.sessions.revoke(current.user.id, token);
    if (token === current.token || token === current.session.id) this.response.signOut(response);
    return { status: true };
  }

  @Post('revoke-sessions')
  @HttpCode(200)
  async revokeSessions(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    const { user } = await this.requestSession.require(request);
    await this.sessions.revokeAll(user.id);
    this.response.signOut(response);
    return { status: true };
  }

  @Post('revoke-other-sessions')
  @HttpCode(200)
  async revokeOtherSessions(@Req() request: HttpRequest) {
    const { user, session } = await this.requestSession.require(request);
    await this.sessions.revokeAll(user.id, session.id);
    return { status: true };
  }
}
