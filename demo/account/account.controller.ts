import { Controller, Get, UseGuards } from '@nestjs/common';
import { CurrentSession, CurrentUser, PhoneAuthGuard, type PhoneUser, type Session } from 'nestjs-phone-auth';

/** A route of the host's own that only signed-in people reach. */
@Controller('demo')
@UseGuards(PhoneAuthGuard)
export class AccountController {
  @Get('me')
  me(@CurrentUser() user: PhoneUser, @CurrentSession() session: Session) {
    return {
      greeting: `Hello ${user.phoneNumber ?? user.name}`,
      joinedAt: user.createdAt,
      signedInAt: session.createdAt,
    };
  }
}
