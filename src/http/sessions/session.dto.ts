import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class RevokeSessionDto {
  /** A session's id, as the list gives it, or its token. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(512)
  token: string;
}
