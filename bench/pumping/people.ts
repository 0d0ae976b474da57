import type { CountryCode } from 'libphonenumber-js/max';
import type { E164 } from '../../src/phone/e164.js';
import { randomNumber } from './numbers.js';
import type { Random } from './random.js';
import { DAY, HOUR, MINUTE, type Person, SECOND, type Step } from './timeline.js';

/*
 * Legitimate people, as far as a provider's figures and one's own habits tell:
 *
 * - 76 of 100 enter the code (the field knows 60 to 80). The others lose interest, or the message never arrives.
 * - From the message to the code takes a median of 25 s with a long tail (logarithmic, up to the 5 minutes of a code).
 * - 12 of 100 ask again after 30 to 90 s, and of those 12 of 100 once more.
 * - 2 of 100 mistype their number first, and notice it after 40 to 150 s.
 * - Addresses: 18 of 100 come through the NAT of a large carrier, where everybody gets any of some thousand addresses;
 *   10 of 100 through one that many share (a small carrier, a campus, a company), with some twenty people each; 9 of 100
 *   share a connection at home with one or two others who sign up within the same ten minutes; 3 of 100 sit in an office
 *   where two to five do; everybody else has an address of his own on that day, as every phone with IPv6 does.
 * - On usual days, 35 of 100 sign in again on a device that they have used before, which the guard does not count. Those whom
 *   a launch or an advertisement brings are new.
 */
const CONVERSION = 0.76;
const ASKS_AGAIN = 0.12;
const MISTYPES = 0.02;
const KNOWN_DEVICE = 0.35;
const LARGE_NAT = 0.18;
const LARGE_NAT_ADDRESSES = 5_000;
const BUSY_ADDRESS = 0.1;
const PEOPLE_PER_BUSY_ADDRESS = 20;
const AT_HOME_TOGETHER = 0.09;
const IN_AN_OFFICE = 0.03;

/** How busy each hour of the day is, UTC. */
const DAY_SHAPE = [2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 7, 8, 8, 7, 7, 7, 8, 8, 9, 9, 8, 6, 4];

/** People of one country over some time. */
export interface Crowd {
  readonly country: CountryCode;
  readonly count: number;
  readonly from: number;
  readonly until: number;
  /** `day`: by the hour of the day; `burst`: most at once, then ever fewer. @default 'day' */
  readonly shape?: 'day' | 'burst';
  /** Nobody has been there before. @default false */
  readonly isNew?: boolean;
}

/** What all of them do. They come in groups of people who share a connection, mostly of one. */
export function crowd(
  { country, count, from, until, shape = 'day', isNew = false }: Crowd,
  random: Random,
): Step[] {
  const steps: Step[] = [];
  const busyAddresses = Math.max(
    2,
    Math.round((count * BUSY_ADDRESS) / PEOPLE_PER_BUSY_ADDRESS / ((until - from) / DAY)),
  );
  for (let people = 0; people < count;) {
    const start = shape === 'burst' ? arrivalInBurst(from, until, random) : arrivalByDay(from, until, random);
    const { size, address } = connection(country, busyAddresses, random);
    for (let member = 0; member < size && people < count; member += 1, people += 1) {
      const at = start + (member === 0 ? 0 : random.between(0, 10 * MINUTE));
      steps.push(...visit({ country, from: at }, address, isNew, random));
    }
  }
  return steps;
}

function connection(
  country: CountryCode,
  busyAddresses: number,
  random: Random,
): { size: number; address: string } {
  const own = `${country}-${random.below(2 ** 31)}`;
  const kinds = [
    // a group is drawn once for all of its people
    { share: AT_HOME_TOGETHER / 2.5, size: 2 + random.below(2), address: own },
    { share: IN_AN_OFFICE / 3.5, size: 2 + random.below(4), address: own },
    { share: LARGE_NAT, size: 1, address: `nat-${country}-${random.below(LARGE_NAT_ADDRESSES)}` },
    { share: BUSY_ADDRESS, size: 1, address: `busy-${country}-${random.below(busyAddresses)}` },
  ];
  let draw = random.next();
  return kinds.find(({ share }) => (draw -= share) < 0) ?? { size: 1, address: own };
}

/** One person: a wrong number perhaps, the message, another one perhaps, and mostly the code. */
function visit(person: Person, address: string, isNew: boolean, random: Random): Step[] {
  const { country } = person;
  const phoneNumber = randomNumber(country, random);
  const trusted = !isNew && random.chance(KNOWN_DEVICE);
  const steps: Step[] = [];
  let at = person.from;
  const ask = (number: E164) =>
    steps.push({
      kind: 'ask',
      at,
      person,
      phoneNumber: number,
      country,
      address,
      trusted: trusted && number === phoneNumber,
    });

  if (!trusted && random.chance(MISTYPES)) {
    ask(randomNumber(country, random));
    at += random.between(40 * SECOND, 150 * SECOND);
  }
  ask(phoneNumber);
  for (let again = 0; again < 2 && random.chance(ASKS_AGAIN); again += 1) {
    at += random.between(30 * SECOND, 90 * SECOND);
    ask(phoneNumber);
  }
  if (random.chance(CONVERSION)) {
    at += Math.min(5 * MINUTE, random.logNormal(25 * SECOND, 0.8));
    steps.push({ kind: 'proof', at, person, phoneNumber, country, address, trusted });
  }
  return steps;
}

function arrivalByDay(from: number, until: number, random: Random): number {
  for (;;) {
    const at = random.between(from, until);
    const hour = Math.floor((at % DAY) / HOUR);
    if (random.next() * 9 < DAY_SHAPE[hour]!) return at;
  }
}

/** Rises within the first twentieth and fades. */
function arrivalInBurst(from: number, until: number, random: Random): number {
  const share = Math.min(1, random.logNormal(0.15, 0.9));
  return from + share * (until - from);
}
