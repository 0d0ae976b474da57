import { IsBoolean, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import type { Aliases } from '../json-body.decorator.js';

/** Names that Kernia's clients send (S4.29). */
export const NAMES: Aliases = {
  phone_number: 'phoneNumber',
  otp: 'code',
  disable_session: 'disableSession',
  update_phone_number: 'updatePhoneNumber',
  remember_me: 'rememberMe',
};

export class PhoneNumberDto {
  @IsString()
  @IsNotEmpty()
  phoneNumber: string;
}

export class VerifyDto extends PhoneNumberDto {
  @IsString()
  @IsNotEmpty()
  code: string;

  @IsOptional()
  @IsBoolean()
  disableSession?: boolean;

  @IsOptional()
  @IsBoolean()
  updatePhoneNumber?: boolean;
}

export class SignInDto extends PhoneNumberDto {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  code?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  password?: string;

  @IsOptional()
  @IsBoolean()
  rememberMe?: boolean;
}
