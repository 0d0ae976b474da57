import { Inject, Injectable, Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Events } from '../events/events.js';
import type { SendSuspectedEvent } from '../events/phone-auth-event.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig, type PumpingLimits } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Conversions, EVERYWHERE } from './conversions.js';
import { AddressRefusal } from './address-refusal.js';
import { QuotaStore } from './quota-store.js';
import {
  ADDRESS_COUNTRY,
  ADDRESS_DAY,
  addressQuotas,
  channelQuotas,
  type ChannelSubject,
  countriesQuota,
  CROWD_SHARE,
  crowdQuota,
  hitsOf,
  NUMBER,
  outsiderQuota,
  pumpingQuotas,
  type SendQuota,
  type SendSubject,
  sparingOf,
  unlimited,
  whileSuspected,
  widerQuotas,
} from './send-quota-list.js';
import { letThroughUncounted, takeQuotas } from './take-quotas.js';

/** A message that wants to go out. */
export interface SendAttempt {
  readonly phoneNumber: E164;
  /** As {@link clientAddress} gives it; `undefined` for a caller without one. */
  readonly address: string | undefined;
  readonly userId: string | undefined;
  /** Where it is no text. */
  readonly channel?: ChannelSubject | undefined;
  /** Not what pumping looks like: a device that has proven this number before, or a developer's own machine. */
  readonly trusted: boolean;
  /** Asks for a CAPTCHA; `undefined` where none is set up. */
  readonly challenge: (() => Promise<void>) | undefined;
}

/** What was counted for a message, to be given back where it does not go out. */
export interface SendTicket {
  readonly country: string;
  readonly keys: readonly string[];
}

/** The number of an earlier message came back proven. */
export interface ProvenSend {
  readonly phoneNumber: E164;
  readonly address: string | undefined;
  /** How many messages it took. */
  readonly messages: number;
  /** Who had the last of them, by the name that he has in a chain. @default '' */
  readonly provider?: string | undefined;
  /** As in the {@link SendAttempt}: what was not counted is not given back. */
  readonly trusted: boolean;
}

const UNCOUNTED = { refused: 'A message is refused', allowed: 'A message goes out uncounted' };

/**
 * Lets messages out: so many per address, user and altogether, and fewer where they look like SMS pumping (R26 to R31).
 * The limits of the number itself belong to its ledger.
 */
@Injectable()
export class SendGuard {
  private readonly logger = new Logger('PhoneAuth');

  constructor(
    private readonly store: QuotaStore,
    private readonly conversions: Conversions,
    private readonly events: Events,
    private readonly refusal: AddressRefusal,
    private readonly numbers: PhoneNumbers,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** @throws PhoneAuthError `RATE_LIMITED` with the seconds to wait, `SERVICE_UNAVAILABLE` where nothing can be counted */
  async take(attempt: SendAttempt): Promise<SendTicket> {
    const country = this.numbers.countryOf(attempt.phoneNumber);
    try {
      const keys = await this.count(attempt, { ...attempt, country });
      return { country, keys };
    } catch (error) {
      letThroughUncounted(error, this.config.limits.onFailure.send, this.logger, UNCOUNTED);
      return { country, keys: [] };
    }
  }

  /** The message did not go out. */
  async giveBack({ keys }: SendTicket): Promise<void> {
    if (keys.length > 0) await this.store.giveBack(keys.map((key) => ({ key, hits: 1 })));
  }

  /** A code came back: its messages were wanted, and make room for others (R30, R31). */
  async proven({ phoneNumber, address, messages, provider, trusted }: ProvenSend): Promise<void> {
    const { sends, pumping } = this.config.limits;
    const country = this.numbers.countryOf(phoneNumber);
    this.conversions.record('verified', country, provider);
    const subject = { phoneNumber, country, address, userId: undefined };
    // whole towns share the address of a mobile carrier: there only what does not come back may count
    const plain = addressQuotas(sends, address);
    const guarded = pumping && !trusted ? pumpingQuotas(pumping, subject, { country: 0, everywhere: 0 }) : [];
    if (guarded.length > 0 && pumping && address) guarded.push(countriesQuota(pumping, address));
    await this.store.giveBack(
      [...plain, ...guarded].map(({ key, credit }) => ({ key, hits: messages + credit })),
    );
  }

  private async count(attempt: SendAttempt, subject: SendSubject): Promise<string[]> {
    const { sends, pumping } = this.config.limits;
    // the number and the address first and all together last: what a narrow one refuses must not use up a wide one
    const narrow = [...channelQuotas(subject), ...addressQuotas(sends, subject.address)];
    const wide = widerQuotas(sends, subject);
    if (!pumping || attempt.trusted) return this.takeOrThrow([...narrow, ...wide], subject);

    const history = {
      country: this.conversions.bestDay(subject.country),
      everywhere: this.conversions.bestDay(EVERYWHERE),
    };
    const quotas = [...narrow, ...pumpingQuotas(pumping, subject, history), ...wide];
    const { refused, hits } = await takeQuotas(this.store, quotas);
    const keys = quotas.map(({ key }) => key);
    if (!refused) return [...keys, ...(await this.countCountry(pumping, attempt, subject, quotas, hits))];

    const used = quotas.find(({ key }) => key === refused.quota.key) ?? quotas[0]!;
    if (used.kind === 'limit') throw this.refusalBy(used, refused.retryAfter, subject);
    const explain = { attempt, subject, used, hits: hits[quotas.indexOf(used)] ?? 0 };
    if (used.kind === 'suspicion' && (await this.spare(pumping, subject, quotas, hits))) {
      this.tell('spared', explain);
      return keys;
    }
    await this.decide(pumping, refused.retryAfter, explain);
    return this.takeOrThrow(unlimited(quotas), subject);
  }

  /**
   * Lets a message through although its country is suspected, if it seems to be one of a crowd of people. A crowd has an
   * address each, or nearly, and a pumping machine few; so an address gets a message as long as it has none open, and the
   * number the same again. What goes beyond that, from homes, offices and carriers, must be in proportion.
   */
  private async spare(
    pumping: PumpingLimits,
    { address }: SendSubject,
    quotas: readonly SendQuota[],
    hits: readonly number[],
  ): Promise<boolean> {
    const sparing = sparingOf(hitsOf(ADDRESS_DAY, quotas, hits), hitsOf(NUMBER, quotas, hits));
    const spared = whileSuspected(quotas, sparing);
    const crowd = crowdQuota(pumping);
    if (sparing !== 'further' || !address) {
      const { refused } = await takeQuotas(this.store, [...spared, { ...crowd, limit: Infinity }]);
      const share = sparing === 'first' && address ? CROWD_SHARE : 0;
      if (!refused) await this.store.giveBack([{ key: crowd.key, hits: 1 + share }]);
      return !refused;
    }
    const outsider = outsiderQuota(address);
    const { refused } = await takeQuotas(this.store, [...spared, outsider, crowd]);
    if (!refused) await this.store.giveBack([{ key: outsider.key, hits: 1 }]);
    else if (refused.quota.key === crowd.key) await takeQuotas(this.store, [outsider]);
    return !refused;
  }

  /** R28: another country for an address that already has an unproven message open. */
  private async countCountry(
    pumping: PumpingLimits,
    attempt: SendAttempt,
    subject: SendSubject,
    quotas: readonly SendQuota[],
    hits: readonly number[],
  ): Promise<string[]> {
    const isNewCountry = hitsOf(ADDRESS_COUNTRY, quotas, hits) <= 1 && hitsOf(ADDRESS_DAY, quotas, hits) > 1;
    if (!subject.address || !isNewCountry) return [];
    const quota = countriesQuota(pumping, subject.address);
    const { refused, hits: countries } = await takeQuotas(this.store, [quota]);
    if (!refused) return [quota.key];
    try {
      await this.decide(pumping, refused.retryAfter, {
        attempt,
        subject,
        used: quota,
        hits: countries[0] ?? 0,
      });
    } catch (error) {
      await this.store.giveBack(quotas.map(({ key }) => ({ key, hits: 1 })));
      throw error;
    }
    return [];
  }

  /** @throws PhoneAuthError where the message does not go out */
  private async decide(pumping: PumpingLimits, retryAfter: number, explain: Explanation): Promise<void> {
    const { challenge } = explain.attempt;
    if (pumping.mode === 'observe') return this.tell('observed', explain);
    if (pumping.mode === 'challenge' && challenge) {
      await challenge();
      return this.tell('challenged', explain);
    }
    this.tell('denied', explain);
    throw this.refusalBy(explain.used, retryAfter, explain.subject);
  }

  private async takeOrThrow(quotas: readonly SendQuota[], subject: SendSubject): Promise<string[]> {
    if (quotas.length === 0) return [];
    const { refused } = await takeQuotas(this.store, quotas);
    const used = refused && (quotas.find(({ key }) => key === refused.quota.key) ?? quotas[0]);
    if (used) throw this.refusalBy(used, refused.retryAfter, subject);
    return quotas.map(({ key }) => key);
  }

  /** What is counted by the caller's own address is told him, and what is counted by anything else is not (R60). */
  private refusalBy(used: SendQuota, retryAfter: number, { address }: SendSubject): PhoneAuthError {
    if (!address || !BY_ADDRESS.has(used.name))
      return new PhoneAuthError('RATE_LIMITED', { retryAfter, limit: used.name });
    return this.refusal.error(address, { ...used, name: 'address-messages' }, retryAfter);
  }

  private tell(decision: SendSuspectedEvent['decision'], { subject, used, hits }: Explanation): void {
    this.events.emit({
      type: 'send.suspected',
      decision,
      reason: used.name,
      hits,
      limit: used.limit,
      phoneNumber: maskPhoneNumber(subject.phoneNumber),
      country: subject.country,
      address: subject.address ?? '',
    });
  }
}

/** Quotas that count by client address and by nothing else. */
const BY_ADDRESS: ReadonlySet<string> = new Set(['address', 'address-hour', ADDRESS_DAY]);

/** Why a message is held back, or would have been. */
interface Explanation {
  readonly attempt: SendAttempt;
  readonly subject: SendSubject;
  readonly used: SendQuota;
  readonly hits: number;
}
