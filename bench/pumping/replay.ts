import { isProxy } from './attack.js';
import { priceOf } from './numbers.js';
import { OurGuard } from './our-guard.js';
import { PeerRule } from './peer-rule.js';
import type { Scenario } from './scenarios.js';
import { type Ask, inOrder, MINUTE, type Person, type Proof, type Step } from './timeline.js';

/** What one rule did in a scenario. */
export interface Outcome {
  /** Times at which the attacker got a message, and what they cost together. */
  readonly attackerSent: number[];
  attackerCost: number;
  /** Times at which people got messages. */
  readonly peopleSent: number[];
  /** People who were answered 429 at least once, with the time. */
  readonly refused: Map<Person, number>;
}

export interface Result {
  readonly scenario: Scenario;
  readonly asks: number;
  readonly people: Person[];
  readonly ours: Outcome;
  readonly peers: Outcome;
  /** When the guard first said something about the attacker, and how many messages he had by then. */
  readonly trip: { readonly minutes: number; readonly messages: number } | undefined;
}

interface Rule {
  allows(ask: Ask): boolean | Promise<boolean>;
  proven(proof: Proof, messages: number): void | Promise<void>;
  settle(): void | Promise<void>;
}

/** How many steps at most before events and statistics get their turn. */
const STEPS_PER_TURN = 500;

export async function replay(scenario: Scenario): Promise<Result> {
  const steps = inOrder([...scenario.people, ...scenario.attack]);
  const guard = await OurGuard.start(scenario.from, scenario.history);
  const ours = await run(steps, guard);
  const rule = new PeerRule();
  const peers = await run(steps, {
    allows: ({ address, at }) => rule.allows(address, at),
    proven: () => {},
    settle: () => {},
  });

  const people = [...new Set(scenario.people.map(({ person }) => person!))];
  const first = guard.suspected.find(({ address }) => isProxy(address));
  const start = scenario.attack[0]?.at ?? 0;
  const trip = first && {
    minutes: (first.at - start) / MINUTE,
    messages: ours.attackerSent.filter((at) => at < first.at).length,
  };
  return { scenario, asks: scenario.attack.length, people, ours, peers, trip };
}

async function run(steps: readonly Step[], rule: Rule): Promise<Outcome> {
  const outcome: Outcome = { attackerSent: [], attackerCost: 0, peopleSent: [], refused: new Map() };
  const messages = new Map<string, number>();
  let turn = 0;
  for (const step of steps) {
    turn += 1;
    if (turn % STEPS_PER_TURN === 0) await rule.settle();
    // who is refused once gives up
    if (step.person && outcome.refused.has(step.person)) continue;
    const { phoneNumber } = step;
    if (step.kind === 'proof') {
      await rule.proven(step, messages.get(phoneNumber) ?? 0);
      messages.delete(phoneNumber);
    } else if (await rule.allows(step)) {
      if (step.person) {
        outcome.peopleSent.push(step.at);
        messages.set(phoneNumber, (messages.get(phoneNumber) ?? 0) + 1);
      } else {
        outcome.attackerSent.push(step.at);
        outcome.attackerCost += priceOf(step.country);
      }
    } else if (step.person) outcome.refused.set(step.person, step.at);
  }
  await rule.settle();
  return outcome;
}
