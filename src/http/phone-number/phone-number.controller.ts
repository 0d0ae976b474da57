import { HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { LinkPhoneFlow } from '../../flows/link-phone.flow.js';
import { SendCodeFlow } from '../../flows/send-code.flow.js';
import { SessionFlow } from '../../flows/session.flow.js';
import { SignInFlow } from '../../flows/sign-in.flow.js';
import { CODE_ROUTES } from '../../limits/throttlers.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { ClientCookies } from '../client-cookies.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { JsonBody, OtherFields } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { NAMES, SendCodeDto, VERIFY_FIELDS, VerifyDto } from './phone-number.dto.js';

/** `P/phone-number/*` (WIRE 1.1). */
@Public()
@UseGuards(BrowserRequestGuard)
@PhoneThrottle(CODE_ROUTES)
export class PhoneNumberController {
  constructor(
    private readonly sendCode: SendCodeFlow,
    private readonly signIn: SignInFlow,
    private readonly linkPhone: LinkPhoneFlow,
    private readonly sessions: SessionFlow,
    private readonly requestSession: RequestSession,
    private readonly client: RequestClient,
    private readonly cookies: ClientCookies,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  @LimitedRoute('send-otp')
  @Post('send-otp')
  @HttpCode(200)
  async sendOtp(
    @JsonBody(SendCodeDto, NAMES) { phoneNumber, channel }: SendCodeDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const current = await this.requestSession.find(request);
    const result = await this.sendCode.run({
      phoneNumber,
      channel,
      requestedBy: current?.user.id,
      ...this.client.of(request),
    });
    this.cookies.setChallenge(response, result);
    return { success: true, message: 'code sent', ...result };
  }

  @LimitedRoute('verify')
  @Post('verify')
  @HttpCode(200)
  async verify(
    @JsonBody(VerifyDto, NAMES, { others: 'leave' }) body: VerifyDto,
    @OtherFields(VERIFY_FIELDS, NAMES) fields: Record<string, unknown>,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const linked = await this.link(body, request);
    if (linked) return { ...PROVEN, ...linked };

    const { phoneNumber, code, disableSession, challenge } = body;
    const client = this.client.of(request, challenge);
    const result = await this.signIn.run({ phoneNumber, code, disableSession, fields, ...client });
    this.response.signIn(request, response, result);
    return { ...PROVEN, ...this.wire.signIn(result), isNewUser: result.isNewUser };
  }

  /** Adds the number to the account at hand, where that was asked for. No new session, no cookie (WIRE 2.4). */
  private async link({ phoneNumber, code, updatePhoneNumber, challenge }: VerifyDto, request: HttpRequest) {
    if (!updatePhoneNumber && this.config.verifyWithSession === 'sign-in') return undefined;
    const current = await this.requestSession.find(request);
    if (!current) {
      if (updatePhoneNumber) throw new PhoneAuthError('USER_NOT_FOUND');
      return undefined;
    }
    if (this.config.session.freshToLink) this.sessions.requireFresh(current);
    // whoever changes the number changes the second factor, and shows that he has the present one (R48)
    if (current.user.twoFactorEnabled) this.sessions.requireRecentProof(current);
    const user = await this.linkPhone.run({
      userId: current.user.id,
      phoneNumber,
      code,
      ...this.client.of(request, challenge),
    });
    const { id, expiresAt } = current.session;
    return { token: current.token, user: this.wire.user(user), session: { id, expiresAt }, isNewUser: false };
  }
}

/** The words in which each of the five systems says that the code was right. */
const PROVEN = { success: true, verified: true, status: true } as const;
