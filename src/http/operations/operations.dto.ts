import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { LIFETIMES, MOST_ATTEMPTS } from '../../options/live-settings.js';
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
