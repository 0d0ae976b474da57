import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { readNumber, type E164, type NumberFacts } from './e164.js';
import { standingOf, type Standing } from './number-policy.js';

/** Requests under way at once, roughly. */
const REMEMBERED = 128;

/** Every number that enters the module passes here once, before any look-up, limit, hash or comparison (I3). */
@Injectable()
export class PhoneNumbers {
  /** Guard, flow and limits ask about the same text within one request, and reading it is the costly part. */
  private readonly recent = new Map<string, NumberFacts | undefined>();

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

  /** The ISO 3166-1 region of a number by its metadata, not by its calling code (R22); `ZZ` where it has none. */
  countryOf(number: E164): string {
    return this.read(number)?.region ?? 'ZZ';
  }

  private read(input: unknown): NumberFacts | undefined {
    if (typeof input !== 'string') return undefined;
    if (this.recent.has(input)) return this.recent.get(input);
    const facts = readNumber(input, this.config.numbers);
    const [oldest] = this.recent.keys();
    if (this.recent.size >= REMEMBERED && oldest !== undefined) this.recent.delete(oldest);
    this.recent.set(input, facts);
    return facts;
  }
}
