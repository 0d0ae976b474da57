import { Get, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { RefreshFlow, type RefreshResult } from '../../flows/refresh.flow.js';
import { SessionFlow } from '../../flows/session.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { CsrfTokens } from '../csrf-tokens.js';
import { JsonBody } from '../json-body.decorator.js';
import { Public } from '../public.decorator.js';
import type { HttpRequest } from '../request-client.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { TokenCookies } from '../token-cookies.js';
import { RefreshDto, REFRESH_NAMES } from '../refresh.dto.js';
import { Wire } from '../wire.js';
import { NodeAuthErrorFilter } from './node-auth-error.filter.js';
import { TokenAnswer } from './token-answer.js';

/** What becomes of a token pair (S3.36–S3.42). */
@Public()
@UseGuards(BrowserRequestGuard)
@UseFilters(NodeAuthErrorFilter)
export class NodeAuthAccountController {
  constructor(
    private readonly refreshing: RefreshFlow,
    private readonly sessions: SessionFlow,
    private readonly requestSession: RequestSession,
    private readonly cookies: TokenCookies,
    private readonly csrf: CsrfTokens,
    private readonly response: SessionResponse,
    private readonly answer: TokenAnswer,
    private readonly wire: Wire,
  ) {}

  /** Who shows a token in the body gets the next one there: the clients of the other dialects do (WIRE 1.2). */
  @Post('refresh')
  @HttpCode(200)
  async refresh(
    @JsonBody(RefreshDto, REFRESH_NAMES, { missing: 'allow' }) body: RefreshDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    if (body.refreshToken == null && !this.answer.isInBody(request)) {
      const { session, ...pair } = await this.byCookie(request, response);
      return this.answer.inCookies(response, pair, session);
    }
    const next = await this.refreshing.run(body.refreshToken ?? this.inCookie(request));
    return { ...this.answer.inBody(response, next), expiresIn: next.expiresIn };
  }

  @Post('logout')
  @HttpCode(200)
  async logout(
    @JsonBody(RefreshDto, REFRESH_NAMES, { missing: 'allow' }) body: RefreshDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const token = this.requestSession.token(request);
    if (token !== undefined) await this.sessions.end(token);
    const shown = body.refreshToken ?? this.inCookie(request);
    if (shown) await this.refreshing.end(shown);
    this.response.signOut(response);
    return { success: true };
  }

  @Get('me')
  async me(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    this.response.uncached(response);
    const { user } = await this.requestSession.require(request);
    const { emailVerified: isEmailVerified, twoFactorEnabled: require2FA = false } = user;
    return { ...this.wire.user(user), email: user.email, isEmailVerified, require2FA };
  }

  /** A cookie that is good for nothing any more goes. */
  private async byCookie(request: HttpRequest, response: unknown): Promise<RefreshResult> {
    try {
      return await this.refreshing.run(this.inCookie(request));
    } catch (error) {
      const isDead = error instanceof PhoneAuthError && error.code === 'INVALID_REFRESH_TOKEN';
      if (isDead) this.cookies.clear(response);
      throw error;
    }
  }

  private inCookie(request: HttpRequest): string | undefined {
    const refreshToken = this.cookies.refreshToken(request.headers.cookie);
    if (refreshToken !== undefined) this.csrf.check(request);
    return refreshToken;
  }
}
