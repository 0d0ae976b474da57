import { HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { StepUpFlow } from '../../flows/step-up.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { ClientCookies } from '../client-cookies.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { NAMES, StepUpSendDto, StepUpVerifyDto } from './step-up.dto.js';

/** `P/step-up/*`: what {@link RequireRecentOtp} asks for. */
@Public()
@UseGuards(BrowserRequestGuard)
@PhoneThrottle('step-up')
export class StepUpController {
  constructor(
    private readonly stepUp: StepUpFlow,
    private readonly requestSession: RequestSession,
    private readonly client: RequestClient,
    private readonly cookies: ClientCookies,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
  ) {}

  @Post('send-otp')
  @HttpCode(200)
  async send(
    @JsonBody(StepUpSendDto) { channel }: StepUpSendDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const sessionToken = this.requestSession.token(request);
    const sent = await this.stepUp.send({ sessionToken, channel, ...this.client.of(request) });
    this.cookies.setChallenge(response, sent);
    return { success: true, message: 'code sent', ...sent };
  }

  @Post('verify')
  @HttpCode(200)
  async verify(
    @JsonBody(StepUpVerifyDto, NAMES) { code, challenge }: StepUpVerifyDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const sessionToken = this.requestSession.token(request);
    const client = this.client.of(request, challenge);
    const result = await this.stepUp.verify({ sessionToken, code, ...client });
    this.response.signIn(request, response, result);
    return this.wire.signIn(result);
  }
}
