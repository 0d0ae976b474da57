import type { ChannelLimits, PumpingLimits, SendLimits } from '../options/config.js';
import { DAY, HOUR, MINUTE } from '../runtime/durations.js';
import type { Quota } from './quota-store.js';

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
  /** Where it is no text: the way that it takes, and how often a number may be reached by it (R33). */
  readonly channel?: ChannelSubject | undefined;
}

export interface ChannelSubject extends Pick<ChannelLimits, 'perHour' | 'perDay'> {
  readonly name: string;
}

/** The most numbers that were proven in one day of the last two weeks. */
export interface SendHistory {
  readonly country: number;
  readonly everywhere: number;
}

/** A number without its last four digits: what a range of numbers is sold by (R27). */
export const blockOf = (phoneNumber: string): string => phoneNumber.slice(0, -4);

/** A quota that is simply limited. */
const limited = (name: string, key: string, limit: number, window: number): SendQuota => ({
  name,
  key,
  limit,
  window,
  kind: 'limit',
  credit: 0,
});

/** What is limited for the client's address. */
export function addressQuotas(sends: SendLimits | undefined, address: string | undefined): SendQuota[] {
  return sends && address ? [limited('address', `sends:address:${address}`, sends.perAddress, HOUR)] : [];
}

/** What is limited on a way to the phone that is no text. */
export function channelQuotas({ channel, phoneNumber }: SendSubject): SendQuota[] {
  if (!channel) return [];
  const { name, perHour, perDay } = channel;
  const key = `channel:${name}:${phoneNumber}`;
  return [
    limited('channel-hour', `${key}:hour`, perHour, HOUR),
    limited('channel-day', `${key}:day`, perDay, DAY),
  ];
}

/** What is limited for a user and for all together. The widest comes last: what a narrower one refuses must not use it up. */
export function widerQuotas(sends: SendLimits | undefined, { userId }: SendSubject): SendQuota[] {
  if (!sends) return [];
  const { perMinute, perDay } = sends.overall;
  return [
    ...(userId ? [limited('user', `sends:user:${userId}`, sends.perUser, HOUR)] : []),
    ...(perMinute < Infinity ? [limited('overall-minute', 'sends:minute', perMinute, MINUTE)] : []),
    ...(perDay < Infinity ? [limited('overall-day', 'sends:day', perDay, DAY)] : []),
  ];
}

/** How often a quota was hit, by its name. */
export const hitsOf = (name: string, quotas: readonly SendQuota[], hits: readonly number[]): number =>
  hits[quotas.findIndex((quota) => quota.name === name)] ?? 0;

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
