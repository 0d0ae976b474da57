import type { CountryCode } from 'libphonenumber-js/max';
import type { E164 } from '../../src/phone/e164.js';
import { mobileNumber } from './numbers.js';
import { type Ask, MINUTE } from './timeline.js';

/*
 * Somebody who earns by every message to numbers that are his, or his partner's. No code ever comes back from them. He
 * has so many addresses (proxies) and so many numbers, knows the usual rule of 10 requests per minute and address, and
 * keeps just below it, so that all of his requests are messages where there is no other rule.
 */
export interface Attack {
  readonly from: number;
  readonly until: number;
  readonly addresses: number;
  readonly numbers: number;
  readonly asks: number;
  /** The n-th of his numbers. */
  readonly number: (n: number) => { country: CountryCode; phoneNumber: E164 };
  /** Which address asks for the n-th time, which number it asks for, and when, as a share of the whole time. */
  readonly plan: (n: number, attack: Attack) => { address: number; number: number; share: number };
}

export function attack(attack: Attack): Ask[] {
  return Array.from({ length: attack.asks }, (_, n) => {
    const { address, number, share } = attack.plan(n, attack);
    const at = attack.from + share * (attack.until - attack.from);
    return {
      kind: 'ask',
      at,
      person: undefined,
      ...attack.number(number % attack.numbers),
      address: proxy(address),
      trusted: false,
    };
  });
}

const PROXY = 'proxy-';
const proxy = (address: number) => `${PROXY}${address}`;
export const isProxy = (address: string) => address.startsWith(PROXY);

/** Evenly over addresses and time: every address asks as seldom as possible. */
export const evenly: Attack['plan'] = (n, { addresses, asks }) => ({
  address: n % addresses,
  number: n,
  share: n / asks,
});

/** For every number twice, from the same address and 40 seconds apart, as a person does whose message got lost. */
export const twicePerNumber: Attack['plan'] = (n, { addresses, asks, from, until }) => {
  const pair = Math.floor(n / 2);
  const share = (2 * pair) / asks + (n % 2 === 0 ? 0 : (2 * MINUTE) / 3 / (until - from));
  return { address: pair % addresses, number: pair, share };
};

/** Ten addresses at a time, each as fast as the usual rule allows, and then the next ten: there is always a new one. */
export const oneAfterAnother: Attack['plan'] = (n, { addresses, asks }) => {
  const perAddress = asks / addresses;
  const ten = Math.floor(n / (10 * perAddress));
  return { address: ten * 10 + (n % 10), number: n, share: n / asks };
};

/** In bursts of ten a minute from every address, once in ten minutes. */
export const inBursts: Attack['plan'] = (n, { addresses, asks }) => {
  const perBurst = 10 * addresses;
  const bursts = Math.ceil(asks / perBurst);
  return {
    address: n % addresses,
    number: n,
    share: (Math.floor(n / perBurst) + (n % perBurst) / perBurst / 10) / bursts,
  };
};

/** Arbitrary numbers of one country. The factor is a prime, so that they lie in all blocks. */
export const anywhereIn = (country: CountryCode) => (n: number) => ({
  country,
  phoneNumber: mobileNumber(country, 7_654_321 * (n + 1)),
});

/** Whole blocks, number by number. */
export const oneByOneIn = (country: CountryCode) => (n: number) => ({
  country,
  phoneNumber: mobileNumber(country, 4_000_000 + n),
});

export const everywhereIn = (countries: readonly CountryCode[]) => (n: number) => {
  const country = countries[n % countries.length]!;
  return { country, phoneNumber: mobileNumber(country, 7_654_321 * (n + 1)) };
};
