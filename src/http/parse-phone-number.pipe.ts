import { Inject, Injectable, Optional, type PipeTransform } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { NumberOptions } from '../options/options.js';
import { readNumber, type E164 } from '../phone/e164.js';
import { standingOf, type NumberPolicy } from '../phone/number-policy.js';
import { toHttpException } from './http-errors.js';

/**
 * What {@link ParsePhoneNumberPipe} accepts, in the words of the module's option `numbers`. What is left out is as there.
 *
 * @publicApi
 */
export type ParsePhoneNumberOptions = Omit<NumberOptions, 'retired'>;

/**
 * Turns a parameter into an E.164 number, or answers 400 `INVALID_PHONE_NUMBER`.
 *
 * It accepts what a new account may have: a number of an allowed country and kind that exists in its plan (R20–R22). Named
 * as a class it takes the option `numbers` of the `PhoneAuthModule` that its own module imports; made with `new`, or where
 * there is none, it takes its own options and the defaults. It does not ask `phoneNumberValidator`.
 *
 * @example
 * ```ts
 * @Get(':phone')
 * find(@Param('phone', ParsePhoneNumberPipe) phone: E164) {}
 *
 * @Query('phone', new ParsePhoneNumberPipe({ countries: ['US', 'CA'] })) phone: E164
 * ```
 * @publicApi
 */
@Injectable()
export class ParsePhoneNumberPipe implements PipeTransform<unknown, E164> {
  private readonly options: ParsePhoneNumberOptions;
  private readonly policy: NumberPolicy;

  constructor(
    @Optional() options?: ParsePhoneNumberOptions,
    @Optional() @Inject(PHONE_AUTH_CONFIG) config?: Pick<PhoneAuthConfig, 'numbers'>,
  ) {
    this.options = options ?? config?.numbers ?? {};
    const { countries = '*', types = ['MOBILE', 'FIXED_LINE_OR_MOBILE'] } = this.options;
    this.policy = { countries, types, retired: [] };
  }

  transform(value: unknown): E164 {
    const facts = readNumber(value, this.options);
    if (!facts || standingOf(facts, this.policy) !== 'open') {
      throw toHttpException(new PhoneAuthError('INVALID_PHONE_NUMBER'));
    }
    return facts.number;
  }
}
