import { Injectable } from '@nestjs/common';
import { HumanCheck } from '../captcha/human-check.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { NumberLimit } from '../limits/number-limit.js';
import { LiveSettings } from '../options/live-settings.js';
import type { ChallengeAction } from '../options/options.js';
import type { E164 } from '../phone/e164.js';
import type { ClientContext } from './client-context.js';
import { Decisions } from './decisions.js';

/** What stands between the shape of a number and everything that counts, sends or compares for it. */
@Injectable()
export class Admission {
  constructor(
    private readonly decisions: Decisions,
    private readonly human: HumanCheck,
    private readonly limit: NumberLimit,
    private readonly settings: LiveSettings,
  ) {}

  /** @throws PhoneAuthError `PHONE_SIGN_IN_DISABLED` where an operator has switched it off (S5.15) */
  requireEnabled(): void {
    if (!this.settings.phoneNumber.enabled) throw new PhoneAuthError('PHONE_SIGN_IN_DISABLED');
  }

  /**
   * With `challenge.when: 'always'` a human comes first and the number's counters after that (R34): what machines ask
   * for somebody's number must not use up his bucket, so the guard of the routes leaves that count to us.
   *
   * @throws PhoneAuthError `PHONE_SIGN_IN_DISABLED`, `MISSING_RESPONSE`, `VERIFICATION_FAILED`, `SERVICE_UNAVAILABLE`, `RATE_LIMITED`
   */
  async admit(client: ClientContext, action: ChallengeAction, phoneNumber: E164): Promise<void> {
    this.decisions.isAbout(client, phoneNumber);
    this.requireEnabled();
    if (!this.human.alwaysFor(action)) return;
    await this.human.require(client, action);
    await this.limit.take(action, phoneNumber);
  }

  /**
   * For accounts that are named by something else than a number, which no guard has counted: a human first, where one is
   * wanted, before anybody is looked up.
   *
   * @throws PhoneAuthError `PHONE_SIGN_IN_DISABLED`, `MISSING_RESPONSE`, `VERIFICATION_FAILED`, `SERVICE_UNAVAILABLE`
   */
  async admitUnnamed(client: ClientContext, action: ChallengeAction): Promise<void> {
    this.requireEnabled();
    if (this.human.alwaysFor(action)) await this.human.require(client, action);
  }

  /**
   * Counts a request for whoever it turned out to be about, in the buckets of the routes that name the number.
   *
   * @throws PhoneAuthError `RATE_LIMITED`
   */
  count(action: ChallengeAction, who: string): Promise<void> {
    return this.limit.take(action, who);
  }
}
