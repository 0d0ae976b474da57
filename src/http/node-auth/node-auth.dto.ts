import { IsIn, IsNotEmpty, IsString } from 'class-validator';
import { IsStorableText } from '../is-storable-text.decorator.js';
import { MayBeLeftOut } from '../may-be-left-out.decorator.js';

export class SmsSendDto {
  /** What the code is to do: sign in by itself, or finish a sign-in that began with a password. */
  @MayBeLeftOut()
  @IsIn(['login', '2fa'])
  mode?: 'login' | '2fa';

  @MayBeLeftOut()
  @IsStorableText(64)
  userId?: string;

  @MayBeLeftOut()
  @IsStorableText(320)
  email?: string;

  /** Left out, it is an error of its own (S3.31). */
  @MayBeLeftOut()
  @IsString()
  tempToken?: string;
}

export class SmsVerifyDto extends SmsSendDto {
  @IsString()
  @IsNotEmpty()
  code: string;
}

export class LoginDto {
  @IsStorableText(320)
  @IsNotEmpty()
  email: string;

  @IsString()
  @IsNotEmpty()
  password: string;
}

export class AddPhoneDto {
  @IsString()
  phoneNumber: string;

  /** What was sent to the number; left out, it is sent now. */
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  code?: string;
}
