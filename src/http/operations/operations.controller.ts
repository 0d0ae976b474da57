import { Get, Inject, Patch, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { BY_ADDRESS } from '../../limits/throttlers.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import { LiveSettings } from '../../options/live-settings.js';
import { Settings } from '../../settings/settings.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { SessionResponse } from '../session-response.js';
import { PhoneNumberPluginDto } from './operations.dto.js';
import { OperatorGuard, OperatorKeyId } from './operator.guard.js';

/** Requests per address and minute: a page that shows them asks again and again. */
const LIMIT = { limit: 60, ttl: 60_000 };

/** `P/plugins` and `P/webhooks` in the words of Neon's API, for whoever has an API key (WIRE 1.5). */
@Public()
@UseGuards(OperatorGuard, BrowserRequestGuard)
@Throttle({ [BY_ADDRESS]: LIMIT })
@PhoneThrottle('operations')
export class OperationsController {
  constructor(
    private readonly settings: Settings,
    private readonly live: LiveSettings,
    private readonly response: SessionResponse,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  @Get('plugins')
  async plugins(@Res({ passthrough: true }) response: unknown) {
    return { phone_number: await this.phoneNumber(response) };
  }

  /** As every process will know it within a second, and not as this one may still know it. */
  @Get('plugins/phone-number')
  async phoneNumber(@Res({ passthrough: true }) response: unknown) {
    await this.settings.refresh();
    return this.phoneNumberNow(response);
  }

  @Patch('plugins/phone-number')
  async changePhoneNumber(
    @JsonBody(PhoneNumberPluginDto) { enabled, otp_expires_in, allowed_attempts }: PhoneNumberPluginDto,
    @OperatorKeyId() keyId: string,
    @Res({ passthrough: true }) response: unknown,
  ) {
    if (allowed_attempts !== undefined && !this.config.admin?.allowedAttempts) {
      throw new PhoneAuthError('VALIDATION_ERROR', {
        message: '[body.allowed_attempts] is not a field of this route',
      });
    }
    await this.settings.change(
      'phone-number',
      {
        ...(enabled !== undefined && { enabled }),
        ...(otp_expires_in !== undefined && { expiresIn: otp_expires_in }),
        ...(allowed_attempts !== undefined && { allowedAttempts: allowed_attempts }),
      },
      keyId,
    );
    return this.phoneNumberNow(response);
  }

  private phoneNumberNow(response: unknown) {
    this.response.uncached(response);
    const { enabled, expiresIn, allowedAttempts } = this.live.phoneNumber;
    return {
      enabled,
      otp_expires_in: expiresIn,
      ...(this.config.admin?.allowedAttempts && { allowed_attempts: allowedAttempts }),
    };
  }
}
