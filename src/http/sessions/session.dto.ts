import { IsNotEmpty } from 'class-validator';
import { IsStorableText } from '../is-storable-text.decorator.js';

export class RevokeSessionDto {
  /** A session's id, as the list gives it, or its token. */
  @IsStorableText(512)
  @IsNotEmpty()
  token: string;
}
