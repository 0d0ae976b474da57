import { Get, Inject, NotFoundException, Patch, Put, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { SettingsFlow } from '../../flows/settings.flow.js';
import { BY_ADDRESS } from '../../limits/throttlers.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import type { PhoneNumberSettings, WebhookSettings } from '../../options/live-settings.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import { SessionResponse } from '../session-response.js';
import { PhoneNumberPluginDto, WebhooksDto } from './operations.dto.js';
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
    private readonly settings: SettingsFlow,
    private readonly response: SessionResponse,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  @Get('plugins')
  async plugins(@Res({ passthrough: true }) response: unknown) {
    return { phone_number: await this.phoneNumber(response) };
  }

  @Get('plugins/phone-number')
  async phoneNumber(@Res({ passthrough: true }) response: unknown) {
    this.response.uncached(response);
    return this.plugin(await this.settings.phoneNumber());
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
    this.response.uncached(response);
    const changes = given({ enabled, expiresIn: otp_expires_in, allowedAttempts: allowed_attempts });
    return this.plugin(await this.settings.changePhoneNumber(changes, keyId));
  }

  @Get('webhooks')
  async webhooks(@Res({ passthrough: true }) response: unknown) {
    this.requireWebhooks();
    this.response.uncached(response);
    return webhookAnswer(await this.settings.webhooks());
  }

  @Put('webhooks')
  async setWebhooks(
    @JsonBody(WebhooksDto) { enabled, webhook_url, enabled_events, timeout_seconds }: WebhooksDto,
    @OperatorKeyId() keyId: string,
    @Res({ passthrough: true }) response: unknown,
  ) {
    this.requireWebhooks();
    this.response.uncached(response);
    const value = given({
      enabled,
      url: webhook_url,
      events: enabled_events,
      timeoutSeconds: timeout_seconds,
    });
    return webhookAnswer(await this.settings.setWebhooks(value, keyId));
  }

  /** Where the host sends nothing to webhooks, no operator can have it do so. */
  private requireWebhooks(): void {
    if (!this.config.webhooks.inUse) throw new NotFoundException();
  }

  private plugin({ enabled, expiresIn, allowedAttempts }: PhoneNumberSettings) {
    return {
      enabled,
      otp_expires_in: expiresIn,
      ...(this.config.admin?.allowedAttempts && { allowed_attempts: allowedAttempts }),
    };
  }
}

const webhookAnswer = ({ enabled, url, events, timeoutSeconds }: WebhookSettings) => ({
  enabled,
  webhook_url: url ?? null,
  enabled_events: events,
  timeout_seconds: timeoutSeconds,
});

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without what was left out. */
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
