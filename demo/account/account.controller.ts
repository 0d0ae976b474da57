import { Controller, Get, UseGuards } from '@nestjs/common';
import {
  CurrentSession,
  CurrentUser,
  PhoneAuthGuard,
  PhoneAuthService,
  type PhoneUser,
  type Session,
} from 'nestjs-phone-auth';

/** A route of the host's own that only signed-in people reach. */
@Controller('demo')
@UseGuards(PhoneAuthGuard)
export class AccountController {
  constructor(private readonly phoneAuth: PhoneAuthService) {}

  @Get('me')
  async me(@CurrentUser() user: PhoneUser, @CurrentSession() session: Session) {
    return {
      greeting: `Hello ${user.phoneNumber ?? user.name}`,
      joinedAt: user.createdAt,
      signedInAt: session.createdAt,
      hasPassword: await this.phoneAuth.hasPassword(user.id),
    };
  }
}
