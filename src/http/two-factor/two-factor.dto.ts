import { IsIn, IsNotEmpty, IsString } from 'class-validator';
import type { MessageChannel } from '../../options/options.js';
import type { Aliases } from '../json-body.decorator.js';
import { MayBeLeftOut } from '../may-be-left-out.decorator.js';

/** In the spelling of Kernia's clients (S4.29). */
export const NAMES: Aliases = { temp_token: 'tempToken', otp: 'code' };

export class TwoFactorChangeDto {
  @IsString()
  @IsNotEmpty()
  password: string;
}

class TempTokenDto {
  /** Left out, it is an error of its own (S3.31). */
  @MayBeLeftOut()
  @IsString()
  tempToken?: string;
}

export class SecondFactorSendDto extends TempTokenDto {
  @MayBeLeftOut()
  @IsIn(['sms', 'whatsapp', 'voice'])
  channel?: MessageChannel;
}

export class SecondFactorVerifyDto extends TempTokenDto {
  @IsString()
  @IsNotEmpty()
  code: string;

  @MayBeLeftOut()
  @IsString()
  challenge?: string;
}
