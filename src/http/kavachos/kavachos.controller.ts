import { HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { SendCodeFlow } from '../../flows/send-code.flow.js';
import { SignInFlow } from '../../flows/sign-in.flow.js';
import { CODE_ROUTES } from '../../limits/throttlers.js';
import { type E164, readNumber } from '../../phone/e164.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { ClientCookies } from '../client-cookies.js';
import { JsonBody } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { CountedRequests } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { KavachosErrorFilter } from './kavachos-error.filter.js';
import { KavachosSendDto, KavachosVerifyDto, NAMES, NUMBER_FIELDS } from './kavachos.dto.js';

/** `P/phone/*` (WIRE 1.3), in the buckets of the phone-number dialect (R14). */
@Public()
@UseGuards(BrowserRequestGuard)
@CountedRequests(CODE_ROUTES, NUMBER_FIELDS)
@UseFilters(KavachosErrorFilter)
export class KavachosController {
  constructor(
    private readonly sendCode: SendCodeFlow,
    private readonly signIn: SignInFlow,
    private readonly client: RequestClient,
    private readonly cookies: ClientCookies,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
  ) {}

  @LimitedRoute('send-otp')
  @Post('send-code')
  @HttpCode(200)
  async send(
    @JsonBody(KavachosSendDto, NAMES) { phone }: KavachosSendDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const sent = await this.sendCode.run({ phoneNumber: strict(phone), ...this.client.of(request) });
    this.cookies.setChallenge(response, sent);
    return { success: true };
  }

  @LimitedRoute('verify')
  @Post(['verify-code', 'verify'])
  @HttpCode(200)
  async verify(
    @JsonBody(KavachosVerifyDto, NAMES) { phone, code, challenge }: KavachosVerifyDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const client = this.client.of(request, challenge);
    const result = await this.signIn.run({
      phoneNumber: strict(phone),
      code,
      expiryIsFor: 'holder',
      ...client,
    });
    this.response.signIn(request, response, result);
    const { user, token, session, ...pair } = this.wire.signIn(result);
    return {
      user: { ...user, phone: user.phoneNumber },
      session: session && { token, expiresAt: session.expiresAt },
      ...pair,
    };
  }
}

/** KavachOS takes E.164 and nothing else, whatever `numbers` says (S2.11). */
function strict(phone: string): E164 {
  const facts = readNumber(phone, { strict: true });
  if (!facts) throw new PhoneAuthError('INVALID_PHONE_NUMBER');
  return facts.number;
}
