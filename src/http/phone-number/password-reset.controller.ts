import { HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ResetPasswordFlow } from '../../flows/reset-password.flow.js';
import { CODE_ROUTES } from '../../limits/throttlers.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { ClientCookies } from '../client-cookies.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { JsonBody } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { NAMES, RESET_NAMES, ResetPasswordDto, SendCodeDto } from './phone-number.dto.js';

/** `P/phone-number/*password*` (WIRE 1.1): in the same bucket as the other routes of the group. */
@Public()
@UseGuards(BrowserRequestGuard)
@PhoneThrottle(CODE_ROUTES)
export class PasswordResetController {
  constructor(
    private readonly resetPassword: ResetPasswordFlow,
    private readonly client: RequestClient,
    private readonly cookies: ClientCookies,
  ) {}

  @LimitedRoute('request-password-reset')
  @Post('request-password-reset')
  @HttpCode(200)
  async request(
    @JsonBody(SendCodeDto, NAMES) { phoneNumber, channel }: SendCodeDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const sent = await this.resetPassword.request({ phoneNumber, channel, ...this.client.of(request) });
    this.cookies.setChallenge(response, sent);
    return { ...DONE, ...sent };
  }

  @LimitedRoute('reset-password')
  @Post('reset-password')
  @HttpCode(200)
  async reset(
    @JsonBody(ResetPasswordDto, RESET_NAMES) { challenge, ...body }: ResetPasswordDto,
    @Req() request: HttpRequest,
  ) {
    await this.resetPassword.reset({ ...body, ...this.client.of(request, challenge) });
    return DONE;
  }
}

/** In the words of nevr and of Better Auth. */
const DONE = { success: true, status: true } as const;
