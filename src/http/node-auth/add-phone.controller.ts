import { HttpCode, Inject, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import { LinkPhoneFlow } from '../../flows/link-phone.flow.js';
import { SendCodeFlow } from '../../flows/send-code.flow.js';
import { SessionFlow } from '../../flows/session.flow.js';
import { CODE_ROUTES } from '../../limits/throttlers.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { JsonBody } from '../json-body.decorator.js';
import { LimitedRoute } from '../limited-route.decorator.js';
import { CountedRequests } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { RequestSession } from '../request-session.js';
import { NodeAuthErrorFilter } from './node-auth-error.filter.js';
import { AddPhoneDto } from './node-auth.dto.js';

/**
 * `P/add-phone`: the number gets a code, and belongs to the account once that has come back, by the same route. Until then
 * nothing is stored of it, so it is no way in and no factor (S3.43, 8.23).
 */
@Public()
@UseGuards(BrowserRequestGuard)
@CountedRequests(CODE_ROUTES, ['phoneNumber'])
@UseFilters(NodeAuthErrorFilter)
export class AddPhoneController {
  constructor(
    private readonly sendCode: SendCodeFlow,
    private readonly linkPhone: LinkPhoneFlow,
    private readonly sessions: SessionFlow,
    private readonly requestSession: RequestSession,
    private readonly client: RequestClient,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  @LimitedRoute('send-otp')
  @Post('add-phone')
  @HttpCode(200)
  async addPhone(@JsonBody(AddPhoneDto) { phoneNumber, code }: AddPhoneDto, @Req() request: HttpRequest) {
    const current = await this.requestSession.require(request);
    if (this.config.session.freshToLink) this.sessions.requireFresh(current);
    const client = this.client.of(request);
    const userId = current.user.id;
    if (code === undefined) await this.sendCode.run({ phoneNumber, requestedBy: userId, ...client });
    else await this.linkPhone.run({ userId, phoneNumber, code, ...client });
    return { success: true };
  }
}
