import { IsOptional, IsString, MaxLength } from 'class-validator';

export class UpdateUserDto {
  @IsOptional()
  @IsString()
  @MaxLength(255)
  name?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2048)
  image?: string | null;

  /** `null` releases the number; everything else is refused, so nothing is asked of its type here. */
  @IsOptional()
  phoneNumber?: unknown;

  @IsOptional()
  phoneNumberVerified?: unknown;

  @IsOptional()
  email?: unknown;
}
