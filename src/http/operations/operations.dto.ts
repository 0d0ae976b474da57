import {
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { LIFETIMES, MOST_ATTEMPTS } from '../../options/live-settings.js';
import { isWebhookUrl } from '../../options/resolve-webhooks.js';
import { WEBHOOK_EVENTS, type WebhookEventType } from '../../options/webhook-options.js';
import { MayBeLeftOut } from '../may-be-left-out.decorator.js';

/** Names as Neon's API has them. */
export class PhoneNumberPluginDto {
  @MayBeLeftOut()
  @IsBoolean()
  enabled?: boolean;

  @MayBeLeftOut()
  @IsInt()
  @Min(LIFETIMES.min)
  @Max(LIFETIMES.max)
  otp_expires_in?: number;

  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MOST_ATTEMPTS)
  allowed_attempts?: number;
}

/** Longer than any address that a receiver is given. */
const LONGEST_URL = 2_048;

export class WebhooksDto {
  @IsBoolean()
  enabled: boolean;

  /** `null` as well, so that what GET answered can be sent back. */
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @ValidateBy({
    name: 'isWebhookUrl',
    validator: {
      validate: (value: unknown) => isWebhookUrl(value) && value.length <= LONGEST_URL,
      defaultMessage: () => `webhook_url must be an address of https, of at most ${LONGEST_URL} characters`,
    },
  })
  webhook_url?: string | null;

  @MayBeLeftOut()
  @IsArray()
  @IsIn(WEBHOOK_EVENTS, { each: true })
  @ArrayUnique()
  enabled_events?: WebhookEventType[];

  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(10)
  timeout_seconds?: number;
}
