import { HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { PasswordSignInFlow } from '../../flows/password-sign-in.flow.js';
import { SignInFlow } from '../../flows/sign-in.flow.js';
import { PASSWORD_ROUTES } from '../../limits/throttlers.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { JsonBody } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { NAMES, SignInDto } from './phone-number.dto.js';

/** `P/sign-in/phone-number`, by code (nevr) or by password (Better Auth): the field decides (K5). */
@Public()
@UseGuards(BrowserRequestGuard)
@PhoneThrottle(PASSWORD_ROUTES)
export class SignInController {
  constructor(
    private readonly byCode: SignInFlow,
    private readonly byPassword: PasswordSignInFlow,
    private readonly client: RequestClient,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
  ) {}

  @LimitedRoute('sign-in')
  @Post('phone-number')
  @HttpCode(200)
  async signIn(
    @JsonBody(SignInDto, NAMES) body: SignInDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const result = await this.run(body, request);
    if (result.requiresTwoFactor) {
      this.response.uncached(response);
      return this.wire.secondFactor(result);
    }
    this.response.signIn(request, response, result);
    return this.wire.signIn(result);
  }

  private run({ phoneNumber, code, password, rememberMe, challenge }: SignInDto, request: HttpRequest) {
    const who = { phoneNumber, rememberMe, ...this.client.of(request, challenge) };
    if (code !== undefined && password === undefined) return this.byCode.run({ ...who, code });
    if (password !== undefined && code === undefined) return this.byPassword.run({ ...who, password });
    throw new PhoneAuthError('VALIDATION_ERROR', {
      message: '[body] must have exactly one of code and password',
    });
  }
}
