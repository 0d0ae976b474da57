import type { PumpingLimits, SendLimits } from '../options/config.js';
import type { Quota } from './quota-store.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How a quota that is used up is dealt with: refused; as SMS pumping; or as pumping that has a country as its mark. */
export type QuotaKind = 'limit' | 'pumping' | 'suspicion';

/** A quota, and what it is called in events. */
export interface SendQuota extends Quota {
  readonly name: string;
  readonly kind: QuotaKind;
}

/** Whom a message is counted by. */
export interface SendSubject {
  readonly phoneNumber: string;
  readonly country: string;
  /** As {@link clientAddress} gives it; `undefined` for a caller without one, such as a job. */
  readonly address: string | undefined;
  readonly userId: string | undefined;
}

/** The most numbers that were proven in one day of the last two weeks. */
export interface SendHistory {
  readonly country: number;
  readonly everywhere: number;
}

/** A number without its last four digits: what a range of numbers is sold by (R27). */
export const blockOf = (phoneNumber: string): string => phoneNumber.slice(0, -4);

/** What is simply limited. The widest comes last: what a narrower one refuses must not use it up. */
export function plainQuotas(sends: SendLimits, { address, userId }: SendSubject): SendQuota[] {
  const limit = (name: string, key: string, limit: number, window: number): SendQuota => ({
    name,
    key: `sends:${key}`,
    limit,
    window,
    kind: 'limit',
  });
  return [
    ...(address ? [limit('address', `address:${address}`, sends.perAddress, HOUR)] : []),
    ...(userId ? [limit('user', `user:${userId}`, sends.perUser, HOUR)] : []),
    ...(sends.overall.perMinute < Infinity
      ? [limit('overall-minute', 'minute', sends.overall.perMinute, MINUTE)]
      : []),
    ...(sends.overall.perDay < Infinity ? [limit('overall-day', 'day', sends.overall.perDay, DAY)] : []),
  ];
}

/**
 * What counts messages whose codes did not come back: by address, block, country, and all together (R27, R30, R31). The
 * room of a country grows with its history, and an hour holds a sixth of a day.
 */
export function pumpingQuotas(
  { perAddress, perBlock, perCountry, overall, tolerance }: PumpingLimits,
  { phoneNumber, country, address }: SendSubject,
  history: SendHistory,
): SendQuota[] {
  const quota = (name: string, key: string, limit: number, window: number, kind: QuotaKind): SendQuota => ({
    name,
    key: `unproven:${name}:${key}`,
    limit,
    window,
    kind,
  });
  const suspicion = (name: string, key: string, least: PumpingLimits['perCountry'], bestDay: number) => {
    const day = Math.max(least.perDay, tolerance * bestDay);
    const hour = Math.max(least.perHour, day / 6);
    return [
      quota(`${name}-hour`, key, hour, HOUR, 'suspicion'),
      quota(`${name}-day`, key, day, DAY, 'suspicion'),
    ];
  };
  return [
    ...(address
      ? [
          quota('address-hour', address, perAddress.perHour, HOUR, 'pumping'),
          quota(ADDRESS_DAY, address, perAddress.perDay, DAY, 'pumping'),
          quota(ADDRESS_COUNTRY, `${address}:${country}`, Infinity, DAY, 'pumping'),
        ]
      : []),
    quota(NUMBER, phoneNumber, Infinity, DAY, 'pumping'),
    quota('block', blockOf(phoneNumber), perBlock, HOUR, 'pumping'),
    ...suspicion('country', country, perCountry, history.country),
    ...suspicion('overall', 'all', overall, history.everywhere),
  ];
}

export const ADDRESS_DAY = 'address-day';
export const ADDRESS_COUNTRY = 'address-country';
export const NUMBER = 'number';

/** Countries that an address sends to beside its first one, while nothing comes back (R28). */
export function countriesQuota({ countriesPerAddress }: PumpingLimits, address: string): SendQuota {
  return {
    name: 'address-countries',
    key: `unproven:address-countries:${address}`,
    limit: countriesPerAddress - 1,
    window: DAY,
    kind: 'pumping',
  };
}

/** Messages that a number may have open while its country is suspected: the first, and one more in case it got lost. */
const SPARED_PER_NUMBER = 2;

/**
 * The same quotas while a country is suspected: an address gets a message through as long as it has none open, and a
 * second one to the same number. A crowd of people has an address each, or nearly; a pumping machine has few.
 */
export function whileSuspected(quotas: readonly SendQuota[], isResend: boolean): SendQuota[] {
  return quotas.map((quota) => {
    if (quota.kind === 'suspicion') return { ...quota, limit: Infinity };
    if (quota.name === NUMBER) return { ...quota, limit: SPARED_PER_NUMBER };
    if (quota.name === ADDRESS_DAY && !isResend) return { ...quota, limit: 1 };
    return quota;
  });
}

/** Counted all the same, and not limited. */
export const unlimited = (quotas: readonly SendQuota[]): SendQuota[] =>
  quotas.map((quota) => (quota.kind === 'limit' ? quota : { ...quota, limit: Infinity }));
