import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { OperatorGuard, PhoneAuthService, PhoneThrottle } from 'nestjs-phone-auth';
import { BlockedSends } from './blocked-sends.js';

/** What the operations page shows beside the settings, for whoever has the operator's key. */
@Controller('demo/operations')
@UseGuards(OperatorGuard)
@PhoneThrottle('demo-operations')
export class OperationsController {
  constructor(
    private readonly phoneAuth: PhoneAuthService,
    private readonly blocked: BlockedSends,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async lastDay() {
    const hours = await this.phoneAuth.messagesByHour();
    const countries = await this.phoneAuth.conversions();
    return { hours, countries, blocked: this.blocked.newest };
  }
}
