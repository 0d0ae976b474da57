import type { CountryCode } from 'libphonenumber-js/max';
import type { E164 } from '../../src/phone/e164.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Somebody who wants a code, and what became of him. */
export interface Person {
  readonly country: CountryCode;
  /** When he asked first. */
  readonly from: number;
}

/** A request for a message. `person` is `undefined` where the attacker asks. */
export interface Ask {
  readonly kind: 'ask';
  readonly at: number;
  readonly person: Person | undefined;
  readonly phoneNumber: E164;
  readonly country: CountryCode;
  readonly address: string;
  /** From a device that has proven the number before. */
  readonly trusted: boolean;
}

/** The code comes back, if its message went out. */
export interface Proof {
  readonly kind: 'proof';
  readonly at: number;
  readonly person: Person;
  readonly phoneNumber: E164;
  readonly country: CountryCode;
  /** Where the last message was asked from. */
  readonly address: string;
  readonly trusted: boolean;
}

export type Step = Ask | Proof;

export const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((a, b) => a.at - b.at);
