import type { CountryCode } from 'libphonenumber-js/max';
import type { SendStat } from '../../src/limits/send-stat-store.js';
import * as plans from './attack.js';
import { allCountries } from './numbers.js';
import { type Crowd, crowd } from './people.js';
import { Random } from './random.js';
import { type Ask, DAY, HOUR, MINUTE, type Step } from './timeline.js';

export interface Scenario {
  readonly name: string;
  /** What happens, in a sentence. */
  readonly about: string;
  readonly from: number;
  readonly history: SendStat[];
  readonly people: readonly Step[];
  readonly attack: readonly Ask[];
  /** Where the attacker's numbers are, if in one country. */
  readonly target?: CountryCode;
}

/** A midnight. */
const START = Date.UTC(2026, 2, 2);
const NOON = START + 12 * HOUR;

/** A service with some 1 000 people a day in three countries, and a handful in three others. */
const DAILY: Partial<Record<CountryCode, number>> = { DE: 700, FR: 250, ES: 100, LK: 4, UZ: 3, UY: 5 };
const USUAL_COUNTRIES = Object.keys(DAILY) as CountryCode[];

/** Rows of statistics for the 14 days before, as such days leave them. */
function fortnightBefore(): SendStat[] {
  return Array.from({ length: 14 * 24 }, (_, i) => START - DAY - (i + 1) * HOUR).flatMap((hour) =>
    USUAL_COUNTRIES.map((country) => {
      // the few of a small country come at noon
      const share = DAILY[country]! >= 24 ? 1 / 24 : hour % DAY === 12 * HOUR ? 1 : 0;
      const sent = Math.round(DAILY[country]! * share);
      return { hour, country, provider: '', sent, verified: Math.round(sent * 0.76), failed: 0 };
    }),
  );
}

/** The day before, as no guard begins with empty windows, and so many days. */
const usualTraffic = (days: number): Crowd[] =>
  USUAL_COUNTRIES.map((country) => ({
    country,
    count: DAILY[country]! * (days + 1),
    from: START - DAY,
    until: START + days * DAY,
  }));

const spike = (country: CountryCode, count: number): Crowd => ({
  country,
  count,
  from: NOON,
  until: NOON + 4 * HOUR,
  shape: 'burst',
  isNew: true,
});

interface Plot {
  readonly name: string;
  readonly about: string;
  readonly history?: SendStat[];
  readonly crowds: readonly Crowd[];
  readonly attack?: Partial<plans.Attack> & Pick<plans.Attack, 'number'>;
  readonly target?: CountryCode;
}

function scenario(
  { crowds, attack, history = fortnightBefore(), ...rest }: Plot,
  scale: number,
  seed: number,
): Scenario {
  const random = new Random(seed);
  const people = crowds.flatMap((each) =>
    crowd(each.shape === 'burst' ? { ...each, count: each.count * scale } : each, random),
  );
  const asks = attack ? plans.attack(scaled({ ...USUAL_ATTACK, ...attack }, scale)) : [];
  return { ...rest, from: START - DAY, history, people, attack: asks };
}

const USUAL_ATTACK = {
  from: NOON,
  until: NOON + 6 * HOUR,
  addresses: 1_000,
  numbers: 100_000,
  asks: 100_000,
  plan: plans.evenly,
};

const scaled = (attack: plans.Attack, scale: number): plans.Attack => ({
  ...attack,
  addresses: attack.addresses * scale,
  numbers: attack.numbers * scale,
  asks: attack.asks * scale,
});

const HEALTHY: readonly Plot[] = [
  {
    name: 'launch-day',
    about:
      'No history, and nobody but 40 testers before; 5 500 people from noon on, most of them within the first hour.',
    history: [],
    crowds: [
      { country: 'DE', count: 40, from: START, until: NOON, isNew: true },
      spike('DE', 4_000),
      spike('FR', 1_500),
    ],
  },
  {
    name: 'marketing-spike',
    about: 'Ten times the people of a usual day within four hours, most of them within the first.',
    crowds: [...usualTraffic(1), spike('DE', 7_000)],
  },
  { name: 'ordinary-fortnight', about: 'Fourteen days with 1 062 people each.', crowds: usualTraffic(14) },
  {
    name: 'low-volume-countries',
    about: 'A new service in five countries with three to six people a day each, for a fortnight.',
    history: [],
    crowds: (['LK', 'UZ', 'UY', 'KE', 'ES'] as const).map((country, i) => ({
      country,
      count: (3 + (i % 4)) * 14,
      from: START,
      until: START + 14 * DAY,
    })),
  },
];

const ATTACKS: readonly Plot[] = [
  {
    name: 'quiet-day-attack',
    about: '1 000 addresses ask for 100 000 numbers of the main country within six hours, evenly.',
    crowds: usualTraffic(1),
    attack: { number: plans.anywhereIn('DE') },
    target: 'DE',
  },
  {
    name: 'attack-inside-a-spike',
    about:
      'The same within the four hours of a marketing spike, from its tenth minute on, in the same country.',
    crowds: [...usualTraffic(1), spike('DE', 7_000)],
    attack: { number: plans.anywhereIn('DE'), from: NOON + 10 * MINUTE, until: NOON + 4 * HOUR },
    target: 'DE',
  },
  {
    name: 'attack-on-a-low-volume-country',
    about: 'The same to a country from which four people come a day, at 0.30 USD a message.',
    crowds: usualTraffic(1),
    attack: { number: plans.anywhereIn('LK') },
    target: 'LK',
  },
  {
    name: 'slow-attack',
    about: 'The same spread over 24 hours: each address asks once in a quarter of an hour.',
    crowds: usualTraffic(1),
    attack: { number: plans.anywhereIn('DE'), from: START, until: START + DAY },
    target: 'DE',
  },
  {
    name: 'sequential-numbers',
    about: 'Ten blocks of 10 000 numbers, one number after the other, within two hours.',
    crowds: usualTraffic(1),
    attack: { number: plans.oneByOneIn('UZ'), until: NOON + 2 * HOUR },
    target: 'UZ',
  },
  {
    name: 'many-countries',
    about: 'All countries in turn, each next request to another one, within six hours.',
    crowds: usualTraffic(1),
    attack: { number: plans.everywhereIn(allCountries()) },
  },
  {
    name: 'few-addresses-in-bursts',
    about: '50 addresses, each with ten requests in a minute and then a pause, over 20 hours.',
    crowds: usualTraffic(1),
    attack: {
      number: plans.anywhereIn('FR'),
      addresses: 50,
      from: START + 2 * HOUR,
      until: START + 22 * HOUR,
      plan: plans.inBursts,
    },
    target: 'FR',
  },
];

const ADAPTIVE: readonly Plot[] = [
  {
    name: 'adaptive-twice-per-number',
    about:
      'Asks twice for each of 100 000 numbers, as a person does whose message got lost, within six hours.',
    crowds: usualTraffic(1),
    attack: { number: plans.anywhereIn('DE'), asks: 200_000, plan: plans.twicePerNumber },
    target: 'DE',
  },
  {
    name: 'adaptive-always-a-new-address',
    about: 'Ten addresses at a time as fast as the usual rule allows, then the next ten, for 24 hours.',
    crowds: usualTraffic(1),
    attack: {
      number: plans.anywhereIn('DE'),
      asks: 144_000,
      from: START,
      until: START + DAY,
      plan: plans.oneAfterAnother,
    },
    target: 'DE',
  },
];

/** Made when they are needed: each has some hundred thousand steps. `scale` makes attack and spike smaller alike. */
export type MakeScenario = (scale?: number) => Scenario;

const make = (plots: readonly Plot[], seed: number): MakeScenario[] =>
  plots.map(
    (plot, i) =>
      (scale = 1) =>
        scenario(plot, scale, seed + i),
  );

export const healthy = make(HEALTHY, 1);
export const attacks = make(ATTACKS, 101);
export const adaptive = make(ADAPTIVE, 201);
