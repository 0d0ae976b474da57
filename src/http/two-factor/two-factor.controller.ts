import { HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { SecondFactorFlow } from '../../flows/second-factor.flow.js';
import { TwoFactorFlow } from '../../flows/two-factor.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { ClientCookies } from '../client-cookies.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { NAMES, SecondFactorSendDto, SecondFactorVerifyDto, TwoFactorChangeDto } from './two-factor.dto.js';

/** `P/two-factor/*`: the second half of a sign-in by password, and whether there is one. */
@Public()
@UseGuards(BrowserRequestGuard)
@PhoneThrottle('two-factor')
export class TwoFactorController {
  constructor(
    private readonly secondFactor: SecondFactorFlow,
    private readonly twoFactor: TwoFactorFlow,
    private readonly requestSession: RequestSession,
    private readonly client: RequestClient,
    private readonly cookies: ClientCookies,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
  ) {}

  @Post('enable')
  @HttpCode(200)
  enable(@JsonBody(TwoFactorChangeDto) { password }: TwoFactorChangeDto, @Req() request: HttpRequest) {
    return this.change(request, password, true);
  }

  @Post('disable')
  @HttpCode(200)
  disable(@JsonBody(TwoFactorChangeDto) { password }: TwoFactorChangeDto, @Req() request: HttpRequest) {
    return this.change(request, password, false);
  }

  @Post('send-otp')
  @HttpCode(200)
  async send(
    @JsonBody(SecondFactorSendDto, NAMES) { tempToken = '', channel }: SecondFactorSendDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const sent = await this.secondFactor.send({ tempToken, channel, ...this.client.of(request) });
    this.cookies.setChallenge(response, sent);
    return { success: true, message: 'code sent', ...sent };
  }

  @Post('verify-otp')
  @HttpCode(200)
  async verify(
    @JsonBody(SecondFactorVerifyDto, NAMES) { tempToken = '', code, challenge }: SecondFactorVerifyDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const client = this.client.of(request, challenge);
    const result = await this.secondFactor.verify({ tempToken, code, ...client });
    this.response.signIn(request, response, result);
    return this.wire.signIn(result);
  }

  private async change(request: HttpRequest, password: string, enabled: boolean) {
    const current = await this.requestSession.require(request);
    const user = await this.twoFactor.change(current, password, enabled);
    return { success: true, status: true, user: this.wire.user(user) };
  }
}
