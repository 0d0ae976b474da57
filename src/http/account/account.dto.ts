import { IsBoolean, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { IsStorableText } from '../is-storable-text.decorator.js';
import type { Aliases } from '../json-body.decorator.js';

/** Names that Kernia's clients send (S4.29). */
export const NAMES: Aliases = {
  phone_number: 'phoneNumber',
  phone_number_verified: 'phoneNumberVerified',
  two_factor_enabled: 'twoFactorEnabled',
  current_password: 'currentPassword',
  new_password: 'newPassword',
  revoke_other_sessions: 'revokeOtherSessions',
};

/** What `update-user` reads itself; the rest may be the host's `additionalFields`. */
export const UPDATE_FIELDS = [
  'name',
  'image',
  'phoneNumber',
  'phoneNumberVerified',
  'twoFactorEnabled',
  'email',
];

export class UpdateUserDto {
  @IsOptional()
  @IsStorableText(255)
  name?: string;

  @IsOptional()
  @IsStorableText(2048)
  image?: string | null;

  /** `null` releases the number; everything else is refused, so nothing is asked of its type here. */
  @IsOptional()
  phoneNumber?: unknown;

  @IsOptional()
  phoneNumberVerified?: unknown;

  @IsOptional()
  twoFactorEnabled?: unknown;

  @IsOptional()
  email?: unknown;
}

export class ChangePasswordDto {
  @IsString()
  @IsNotEmpty()
  currentPassword: string;

  @IsString()
  @IsNotEmpty()
  newPassword: string;

  @IsOptional()
  @IsBoolean()
  revokeOtherSessions?: boolean;
}
