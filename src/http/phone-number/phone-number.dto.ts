import { IsBoolean, IsIn, IsNotEmpty, IsString } from 'class-validator';
import { CORE_USER_FIELDS } from '../../options/check-options.js';
import type { MessageChannel } from '../../options/options.js';
import type { Aliases } from '../json-body.decorator.js';
import { MayBeLeftOut } from '../may-be-left-out.decorator.js';

/** Names that Kernia's clients send (S4.29). */
export const NAMES: Aliases = {
  phone_number: 'phoneNumber',
  otp: 'code',
  disable_session: 'disableSession',
  update_phone_number: 'updatePhoneNumber',
  remember_me: 'rememberMe',
};

/** Here `otp` is the code's own name. */
export const RESET_NAMES: Aliases = { phone_number: 'phoneNumber', code: 'otp', new_password: 'newPassword' };

/** What `verify` reads itself or leaves unread; the rest may be the host's `additionalFields` (S4.40). */
export const VERIFY_FIELDS = [
  'phoneNumber',
  'code',
  'disableSession',
  'updatePhoneNumber',
  'rememberMe',
  'challenge',
  ...CORE_USER_FIELDS,
];

export class PhoneNumberDto {
  @IsString()
  @IsNotEmpty()
  phoneNumber: string;
}

export class SendCodeDto extends PhoneNumberDto {
  @MayBeLeftOut()
  @IsIn(['sms', 'whatsapp', 'voice'])
  channel?: MessageChannel;
}

export class VerifyDto extends PhoneNumberDto {
  @IsString()
  @IsNotEmpty()
  code: string;

  @MayBeLeftOut()
  @IsString()
  challenge?: string;

  @MayBeLeftOut()
  @IsBoolean()
  disableSession?: boolean;

  @MayBeLeftOut()
  @IsBoolean()
  updatePhoneNumber?: boolean;
}

export class SignInDto extends PhoneNumberDto {
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  code?: string;

  @MayBeLeftOut()
  @IsString()
  challenge?: string;

  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  password?: string;

  @MayBeLeftOut()
  @IsBoolean()
  rememberMe?: boolean;
}

export class ResetPasswordDto extends PhoneNumberDto {
  @IsString()
  @IsNotEmpty()
  otp: string;

  @IsString()
  @IsNotEmpty()
  newPassword: string;

  @MayBeLeftOut()
  @IsString()
  challenge?: string;
}
