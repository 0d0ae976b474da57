import { IsNotEmpty, IsString } from 'class-validator';
import type { Aliases } from '../json-body.decorator.js';
import { MayBeLeftOut } from '../may-be-left-out.decorator.js';

/** The other name of the number (S2.24). */
export const NAMES: Aliases = { phoneNumber: 'phone' };

/** Where the number is looked for, in the order in which {@link NAMES} resolves it. */
export const NUMBER_FIELDS = ['phone', 'phoneNumber'] as const;

export class KavachosSendDto {
  /** Empty is a number that is none, and answered so (S2.11). */
  @IsString()
  phone: string;
}

export class KavachosVerifyDto extends KavachosSendDto {
  @IsString()
  @IsNotEmpty()
  code: string;

  @MayBeLeftOut()
  @IsString()
  challenge?: string;
}
