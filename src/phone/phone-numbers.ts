import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { readNumber, type E164, type NumberFacts } from './e164.js';
import { standingOf, type Standing } from './number-policy.js';

/** Every number that enters the module passes here once, before any look-up, limit, hash or comparison (I3). */
@Injectable()
export class PhoneNumbers {
  /** The limiter and the flow ask about the same text within one request, and reading it is the costly part. */
  private latest: { input: string; facts: NumberFacts | undefined } | undefined;

  constructor(@Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig) {}

  /** The canonical form, in a numbering plan or not, or `undefined` where it is no number. Does not ask the host. */
  parse(input: unknown): E164 | undefined {
    return this.read(input)?.number;
  }

  /**
   * The canonical form of a number to look up, that the host's `phoneNumberValidator` also accepts (S1.31). Plans and policy
   * are not asked: an account keeps its number when they change (R20).
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

  /**
   * As {@link require}, for a number to which a code shall go: before anything is counted (A28). A `retired` one gets it only
   * where an account has it, and the caller must not be able to tell.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`
   */
  async requireDestination(input: unknown): Promise<{ phoneNumber: E164; retired: boolean }> {
    const standing = this.standing(input);
    if (standing === 'refused') throw new PhoneAuthError('INVALID_PHONE_NUMBER');
    return { phoneNumber: await this.require(input), retired: standing === 'retired' };
  }

  /** How the policy sees a number; `undefined` where it is none. */
  standing(input: unknown): Standing | undefined {
    const facts = this.read(input);
    return facts && standingOf(facts, this.config.numbers);
  }

  /**
   * For a number that an account is about to get (R20).
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`
   */
  requireNew(number: E164): void {
    if (this.standing(number) !== 'open') throw new PhoneAuthError('INVALID_PHONE_NUMBER');
  }

  private read(input: unknown): NumberFacts | undefined {
    if (typeof input !== 'string') return undefined;
    if (this.latest?.input !== input) this.latest = { input, facts: readNumber(input, this.config.numbers) };
    return this.latest.facts;
  }
}
