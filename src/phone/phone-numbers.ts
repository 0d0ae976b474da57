import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { parseE164, type E164 } from './e164.js';

/** Every number that enters the module passes here once, before any look-up, limit, hash or comparison (I3). */
@Injectable()
export class PhoneNumbers {
  constructor(@Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig) {}

  /** The canonical form, or `undefined` where it is no number. Does not ask the host. */
  parse(input: unknown): E164 | undefined {
    return parseE164(input, this.config.numbers);
  }

  /**
   * The canonical form of a number that the host's `phoneNumberValidator` also accepts (S1.31).
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`
   */
  async require(input: unknown): Promise<E164> {
    const number = this.parse(input);
    if (!number || !((await this.config.phoneNumberValidator?.(number)) ?? true)) {
      throw new PhoneAuthError('INVALID_PHONE_NUMBER');
    }
    return number;
  }
}
