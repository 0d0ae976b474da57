import { HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { AccountCodeFlow } from '../../flows/account-code.flow.js';
import { SecondFactorFlow } from '../../flows/second-factor.flow.js';
import { CODE_ROUTES } from '../../limits/throttlers.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { JsonBody } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { CountedRequests } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { NodeAuthErrorFilter } from './node-auth-error.filter.js';
import { SmsSendDto, SmsVerifyDto } from './node-auth.dto.js';
import { TokenAnswer } from './token-answer.js';

/** `P/sms/*` (WIRE 1.4), in the buckets of the phone-number dialect (R14). */
@Public()
@UseGuards(BrowserRequestGuard)
@CountedRequests(CODE_ROUTES, [])
@UseFilters(NodeAuthErrorFilter)
export class SmsController {
  constructor(
    private readonly accounts: AccountCodeFlow,
    private readonly secondFactor: SecondFactorFlow,
    private readonly client: RequestClient,
    private readonly answer: TokenAnswer,
  ) {}

  @LimitedRoute('send-otp')
  @Post('send')
  @HttpCode(200)
  async send(
    @JsonBody(SmsSendDto) { mode, userId, email, tempToken = '' }: SmsSendDto,
    @Req() request: HttpRequest,
  ) {
    const client = this.client.of(request);
    if (mode === '2fa') await this.secondFactor.send({ tempToken, ...client });
    else await this.accounts.send({ userId, email, ...client });
    return { success: true };
  }

  @LimitedRoute('verify')
  @Post('verify')
  @HttpCode(200)
  async verify(
    @JsonBody(SmsVerifyDto) { mode, userId, email, tempToken = '', code }: SmsVerifyDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const client = this.client.of(request);
    const result =
      mode === '2fa'
        ? await this.secondFactor.verify({ tempToken, code, ...client })
        : await this.accounts.verify({ userId, email, code, ...client });
    return this.answer.signIn(request, response, result);
  }
}
