import { IsIn, IsNotEmpty, IsString } from 'class-validator';
import type { MessageChannel } from '../../options/options.js';
import type { Aliases } from '../json-body.decorator.js';
import { MayBeLeftOut } from '../may-be-left-out.decorator.js';

/** In the spelling of Kernia's clients (S4.29). */
export const NAMES: Aliases = { otp: 'code' };

export class StepUpSendDto {
  @MayBeLeftOut()
  @IsIn(['sms', 'whatsapp', 'voice'])
  channel?: MessageChannel;
}

export class StepUpVerifyDto {
  @IsString()
  @IsNotEmpty()
  code: string;

  @MayBeLeftOut()
  @IsString()
  challenge?: string;
}
