import { IsString, ValidateIf } from 'class-validator';
import type { Aliases } from './json-body.decorator.js';

export const REFRESH_NAMES: Aliases = { refresh_token: 'refreshToken' };

export class RefreshDto {
  // whether it is there is a question of its own, with an answer of its own
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString()
  refreshToken?: string;
}
