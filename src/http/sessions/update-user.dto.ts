import { IsOptional } from 'class-validator';
import { IsStorableText } from '../is-storable-text.decorator.js';

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
  email?: unknown;
}
