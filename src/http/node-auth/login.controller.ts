import { HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { EmailSignInFlow } from '../../flows/email-sign-in.flow.js';
import { PASSWORD_ROUTES } from '../../limits/throttlers.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { JsonBody } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { CountedRequests } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { SessionResponse } from '../session-response.js';
import { NodeAuthErrorFilter } from './node-auth-error.filter.js';
import { LoginDto } from './node-auth.dto.js';
import { TokenAnswer } from './token-answer.js';

/** `P/login` (S3.29, S3.30), in the bucket of the other sign-ins by password. */
@Public()
@UseGuards(BrowserRequestGuard)
@CountedRequests(PASSWORD_ROUTES, [])
@UseFilters(NodeAuthErrorFilter)
export class LoginController {
  constructor(
    private readonly byEmail: EmailSignInFlow,
    private readonly client: RequestClient,
    private readonly response: SessionResponse,
    private readonly answer: TokenAnswer,
  ) {}

  @LimitedRoute('sign-in')
  @Post('login')
  @HttpCode(200)
  async login(
    @JsonBody(LoginDto) { email, password }: LoginDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const result = await this.byEmail.run({ email, password, ...this.client.of(request) });
    if (!result.requiresTwoFactor) return this.answer.signIn(request, response, result);
    this.response.uncached(response);
    const { requiresTwoFactor, tempToken, available2faMethods } = result;
    return { requiresTwoFactor, tempToken, available2faMethods };
  }
}
