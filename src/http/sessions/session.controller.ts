import { Get, Header, HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { SessionFlow, type UpdateUserRequest } from '../../flows/session.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import type { HttpRequest } from '../client-of.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';
import { Public } from '../public.decorator.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { wireSession, wireUser } from '../wire.js';
import { UpdateUserDto } from './update-user.dto.js';

/** Sessions and the account behind them (WIRE 1.2). */
@Public()
@UseGuards(BrowserRequestGuard)
@UseFilters(PhoneAuthErrorFilter)
export class SessionController {
  constructor(
    private readonly sessions: SessionFlow,
    private readonly requestSession: RequestSession,
    private readonly response: SessionResponse,
  ) {}

  @Get('ok')
  ok() {
    return { ok: true };
  }

  @Get('get-session')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async getSession(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    this.response.uncached(response);
    const token = this.requestSession.token(request.headers);
    const current = token === undefined ? null : await this.sessions.readAndExtend(token);
    if (token === undefined || !current) {
      if (token !== undefined) this.response.signOut(response);
      return 'null'; // as text: Nest sends an empty body for null, and clients read JSON
    }
    const { session, user, extended } = current;
    if (extended) this.response.signIn(response, { token, session });
    return { session: wireSession(session, token), user: wireUser(user) };
  }

  @Post('sign-out')
  @HttpCode(200)
  async signOut(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown) {
    const token = this.requestSession.token(request.headers);
    if (token !== undefined) await this.sessions.end(token);
    this.response.signOut(response);
    return { success: true };
  }

  @Post('update-user')
  @HttpCode(200)
  async updateUser(@JsonBody(UpdateUserDto) body: UpdateUserDto, @Req() request: HttpRequest) {
    const changes = allowedChanges(body);
    const current = await this.requestSession.find(request.headers);
    if (!current) throw new PhoneAuthError('UNAUTHORIZED');
    await this.sessions.updateUser(current.user.id, changes);
    return { status: true };
  }
}

/** What a profile form may change. A number, its flag and an e-mail address take a proof, not a form (S1.34). */
function allowedChanges({
  name,
  image,
  phoneNumber,
  phoneNumberVerified,
  email,
}: UpdateUserDto): UpdateUserRequest {
  if (phoneNumber !== undefined && phoneNumber !== null)
    throw new PhoneAuthError('PHONE_NUMBER_CANNOT_BE_UPDATED');
  if (email !== undefined) throw new PhoneAuthError('EMAIL_CAN_NOT_BE_UPDATED');
  if (phoneNumberVerified !== undefined) {
    throw new PhoneAuthError('FIELD_NOT_ALLOWED', {
      message: 'phoneNumberVerified is not allowed to be set',
    });
  }
  return {
    ...(typeof name === 'string' && { name }),
    ...(image !== undefined && { image }),
    ...(phoneNumber === null && { phoneNumber }),
  };
}
