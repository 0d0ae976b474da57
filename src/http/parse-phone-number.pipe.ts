import { Injectable, Optional, type PipeTransform } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { parseE164, type E164, type ParseE164Options } from '../phone/e164.js';
import { toHttpException } from './http-errors.js';

/**
 * Turns a parameter into an E.164 number, or answers 400 `INVALID_PHONE_NUMBER`.
 *
 * @example
 * ```ts
 * @Get(':phone')
 * find(@Param('phone', ParsePhoneNumberPipe) phone: E164) {}
 *
 * @Query('phone', new ParsePhoneNumberPipe({ strict: true })) phone: E164
 * ```
 * @publicApi
 */
@Injectable()
export class ParsePhoneNumberPipe implements PipeTransform<unknown, E164> {
  private readonly options: ParseE164Options;

  constructor(@Optional() options?: ParseE164Options) {
    this.options = options ?? {};
  }

  transform(value: unknown): E164 {
    const number = parseE164(value, this.options);
    if (!number) throw toHttpException(new PhoneAuthError('INVALID_PHONE_NUMBER'));
    return number;
  }
}
