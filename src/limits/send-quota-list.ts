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
  /** How many further messages a proven number makes room for, beside the room that its own ones had taken. */
  readonly credit: number;
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
    credit: 0,
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
  const quota = (
    name: string,
    key: string,
    limit: number,
    window: number,
    more?: Partial<SendQuota>,
  ): SendQuota => ({
    name,
    key: `unproven:${name}:${key}`,
    limit,
    window,
    kind: 'pumping',
    credit: tolerance,
    ...more,
  });
  const suspicion = (name: string, key: string, least: PumpingLimits['perCountry'], bestDay: number) => {
    const shared = tolerance * SHARED;
    const day = Math.max(least.perDay, shared * bestDay);
    const hour = Math.max(least.perHour, day / 6);
    return [
      quota(`${name}-hour`, key, hour, HOUR, { kind: 'suspicion', credit: shared }),
      quota(`${name}-day`, key, day, DAY, { kind: 'suspicion', credit: shared }),
    ];
  };
  return [
    ...(address
      ? [
          quota('address-hour', address, perAddress.perHour, HOUR),
          quota(ADDRESS_DAY, address, perAddress.perDay, DAY),
          quota(ADDRESS_COUNTRY, `${address}:${country}`, Infinity, DAY),
        ]
      : []),
    quota(NUMBER, phoneNumber, Infinity, DAY),
    quota('block', blockOf(phoneNumber), perBlock, HOUR),
    ...suspicion('country', country, perCountry, history.country),
    ...suspicion('overall', 'all', overall, history.everywhere),
  ];
}

/** Of the tolerance, where the room is everybody's: what people make room for there, an attacker uses up as well. */
const SHARED = 0.5;

export const ADDRESS_DAY = 'address-day';
export const ADDRESS_COUNTRY = 'address-country';
export const NUMBER = 'number';

/** Countries that an address sends to beside its first one, while nothing comes back (R28). */
export function countriesQuota(
  { countriesPerAddress, tolerance }: PumpingLimits,
  address: string,
): SendQuota {
  return {
    name: 'address-countries',
    key: `unproven:address-countries:${address}`,
    limit: countriesPerAddress - 1,
    window: DAY,
    kind: 'pumping',
    credit: tolerance,
  };
}

/** Messages that a number gets while its country is suspected: the first, and one more in case it got lost. */
const SPARED_PER_NUMBER = 2;

/** For addresses with open messages: what each message to an address without any makes room for. */
export const CROWD_SHARE = 0.25;

/**
 * What there is for addresses with open messages, all together, while countries are suspected. The window is short, or the
 * crowd of a busy hour would save room up for an attacker.
 */
export const crowdQuota = ({ perCountry }: PumpingLimits): SendQuota => ({
  name: 'crowd',
  key: 'unproven:crowd:all',
  limit: perCountry.perHour,
  window: 15 * MINUTE,
  kind: 'pumping',
  credit: 0,
});

/** An address that was refused in the crowd is no part of it for a while: a machine goes on asking, and would take it all. */
export const outsiderQuota = (address: string): SendQuota => ({
  name: 'outsider',
  key: `unproven:outsider:${address}`,
  limit: 1,
  window: 3 * HOUR,
  kind: 'pumping',
  credit: 0,
});

/** How a message looks while its country is suspected: the first of its address, a number's second one, or another one. */
export type Sparing = 'first' | 'resend' | 'further';

export function sparingOf(openForAddress: number, openForNumber: number): Sparing {
  if (openForAddress < 1) return 'first';
  return openForNumber >= 1 && openForNumber < SPARED_PER_NUMBER ? 'resend' : 'further';
}

/** The same quotas while a country is suspected. */
export function whileSuspected(quotas: readonly SendQuota[], sparing: Sparing): SendQuota[] {
  return quotas.map((quota) => {
    if (quota.kind === 'suspicion') return { ...quota, limit: Infinity };
    if (quota.name === ADDRESS_DAY && sparing === 'first') return { ...quota, limit: 1 };
    if (quota.name === NUMBER && sparing === 'resend') return { ...quota, limit: SPARED_PER_NUMBER };
    return quota;
  });
}

/** Counted all the same, and not limited. */
export const unlimited = (quotas: readonly SendQuota[]): SendQuota[] =>
  quotas.map((quota) => (quota.kind === 'limit' ? quota : { ...quota, limit: Infinity }));
