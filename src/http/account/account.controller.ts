import { HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { AccountFlow, type UpdateUserRequest } from '../../flows/account.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { type HttpRequest, RequestClient } from '../request-client.js';
import { JsonBody, OtherFields } from '../json-body.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { RequestSession } from '../request-session.js';
import { SessionResponse } from '../session-response.js';
import { Wire } from '../wire.js';
import { ChangePasswordDto, NAMES, UPDATE_FIELDS, UpdateUserDto } from './account.dto.js';

/** What the owner of an account changes about it (WIRE 1.2). */
@Public()
@UseGuards(BrowserRequestGuard)
@PhoneThrottle('account')
export class AccountController {
  constructor(
    private readonly account: AccountFlow,
    private readonly requestSession: RequestSession,
    private readonly client: RequestClient,
    private readonly response: SessionResponse,
    private readonly wire: Wire,
  ) {}

  @Post('update-user')
  @HttpCode(200)
  async updateUser(
    @JsonBody(UpdateUserDto, NAMES, { others: 'leave' }) body: UpdateUserDto,
    @OtherFields(UPDATE_FIELDS, NAMES) fields: Record<string, unknown>,
    @Req() request: HttpRequest,
  ) {
    const changes = allowedChanges(body);
    const { user } = await this.requestSession.require(request);
    await this.account.update(user, { ...changes, fields });
    return { status: true };
  }

  @Post('change-password')
  @HttpCode(200)
  async changePassword(
    @JsonBody(ChangePasswordDto, NAMES) body: ChangePasswordDto,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const { user } = await this.requestSession.require(request);
    const { currentPassword, newPassword, revokeOtherSessions } = body;
    const { signedIn } = await this.account.changePassword({
      userId: user.id,
      currentPassword,
      newPassword,
      revokeOtherSessions,
      ...this.client.of(request),
    });
    if (signedIn) this.response.start(response, signedIn);
    return { token: signedIn?.token ?? null, ...signedIn?.tokens, user: this.wire.user(user) };
  }
}

/** What a profile form may change. A number, its flag and an e-mail address take a proof, not a form (S1.34). */
function allowedChanges({
  name,
  image,
  phoneNumber,
  phoneNumberVerified,
  twoFactorEnabled,
  email,
}: UpdateUserDto): UpdateUserRequest {
  if (phoneNumber !== undefined && phoneNumber !== null)
    throw new PhoneAuthError('PHONE_NUMBER_CANNOT_BE_UPDATED');
  if (email !== undefined) throw new PhoneAuthError('EMAIL_CAN_NOT_BE_UPDATED');
  for (const [name, value] of Object.entries({ phoneNumberVerified, twoFactorEnabled })) {
    if (value === undefined) continue;
    throw new PhoneAuthError('FIELD_NOT_ALLOWED', { message: `${name} is not allowed to be set` });
  }
  return {
    ...(typeof name === 'string' && { name }),
    ...(image !== undefined && { image }),
    ...(phoneNumber === null && { phoneNumber }),
  };
}
