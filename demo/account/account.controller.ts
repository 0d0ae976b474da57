import { Controller, Get, UseGuards } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { CurrentSession, CurrentUser, PhoneAuthGuard, type PhoneUser, type Session } from 'nestjs-phone-auth';
import type { DataSource } from 'typeorm';

/** A route of the host's own that only signed-in people reach. */
@Controller('demo')
@UseGuards(PhoneAuthGuard)
export class AccountController {
  constructor(@InjectDataSource() private readonly data: DataSource) {}

  @Get('me')
  async me(@CurrentUser() user: PhoneUser, @CurrentSession() session: Session) {
    // the module's answers do not tell this; its table is in the host's own database
    const passwords = this.data.getRepository<{ userId: string }>('PhoneAuthCredential');
    return {
      greeting: `Hello ${user.phoneNumber ?? user.name}`,
      joinedAt: user.createdAt,
      signedInAt: session.createdAt,
      hasPassword: await passwords.existsBy({ userId: user.id }),
    };
  }
}
