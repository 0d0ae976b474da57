import { Inject, Injectable, Logger } from '@nestjs/common';
import { Events } from '../events/events.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { MINUTE } from '../runtime/durations.js';
import { AddressRefusal } from './address-refusal.js';
import type { Quota } from './quota-store.js';
import { QuotaStore } from './quota-store.js';
import { letThroughUncounted, takeQuotas } from './take-quotas.js';

const ADDRESS_WINDOW = 5 * MINUTE;

/** More than 60 % wrong of 200 or more in ten minutes, over all numbers, is no typing (R13). */
const ALARM_WINDOW = 10 * MINUTE;
const ALARM_SHARE = 0.6;
const ALARM_CHECKS = 200;

const CHECKED: Quota = { key: 'guesses:checked', limit: Infinity, window: ALARM_WINDOW };
const FAILED: Quota = { key: 'guesses:failed', limit: Infinity, window: ALARM_WINDOW };
/** Lets one process in one window tell of an alarm. */
const TOLD: Quota = { key: 'guesses:told', limit: 1, window: ALARM_WINDOW };

/** A guess that was counted as wrong, before anybody knows whether it is. */
export interface GuessTicket {
  readonly keys: readonly string[];
  /** Whether most guesses, over all numbers, are wrong at present (R13). */
  readonly alarmed: boolean;
}

const UNCOUNTED = { refused: 'A guess is refused', allowed: 'A guess goes uncounted by address' };

/** Wrong codes by client address (R12) and over all numbers (R13). Those of a number are its ledger's. */
@Injectable()
export class GuessGuard {
  private readonly logger = new Logger('PhoneAuth');

  constructor(
    private readonly store: QuotaStore,
    private readonly events: Events,
    private readonly refusal: AddressRefusal,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** @throws PhoneAuthError `RATE_LIMITED` with the seconds to wait, `SERVICE_UNAVAILABLE` where nothing can be counted */
  async charge(address: string | undefined): Promise<GuessTicket> {
    const { guesses, onFailure } = this.config.limits;
    if (!guesses) return { keys: [], alarmed: false };
    const own: Quota = {
      key: `guesses:address:${address}`,
      limit: guesses.perAddress,
      window: ADDRESS_WINDOW,
    };
    const quotas = address ? [own, FAILED, CHECKED] : [FAILED, CHECKED];
    try {
      const { refused, hits } = await takeQuotas(this.store, quotas);
      if (refused)
        throw this.refusal.error(address ?? '', { name: 'address-guesses', ...own }, refused.retryAfter);
      const [failed = 0, checked = 0] = hits.slice(-2);
      const alarmed = checked >= ALARM_CHECKS && failed > ALARM_SHARE * checked;
      if (alarmed) await this.tell(checked, failed);
      return { keys: quotas.slice(0, -1).map(({ key }) => key), alarmed };
    } catch (error) {
      letThroughUncounted(error, onFailure.verify, this.logger, UNCOUNTED);
      return { keys: [], alarmed: false };
    }
  }

  /** It was no wrong guess after all. */
  async giveBack({ keys }: GuessTicket): Promise<void> {
    if (keys.length > 0) await this.store.giveBack(keys.map((key) => ({ key, hits: 1 })));
  }

  /**
   * Nothing was compared, as no CAPTCHA was solved: were these counted as wrong codes, an alarm would keep itself up, and
   * were they counted as checks alone, whoever caused it could end it.
   */
  async forget({ keys }: GuessTicket): Promise<void> {
    await this.giveBack({ keys: keys.length > 0 ? [...keys, CHECKED.key] : [], alarmed: false });
  }

  private async tell(checked: number, failed: number): Promise<void> {
    if ((await takeQuotas(this.store, [TOLD])).refused) return;
    this.logger.warn(`${failed} of ${checked} codes were wrong in ten minutes: somebody sprays guesses.`);
    this.events.emit({ type: 'guess.alarm', checked, failed });
  }
}
