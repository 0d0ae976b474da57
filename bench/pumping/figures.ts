import type { Result } from './replay.js';

/** What is to be said about a scenario. */
export interface Figures {
  readonly name: string;
  readonly ours: number;
  readonly peers: number;
  /** Ours of peers'. */
  readonly ratio: number;
  readonly oursCost: number;
  readonly peersCost: number;
  /** People who came during the attack, or ever where there is none. */
  readonly people: number;
  /** Those of them who were answered 429 at least once. */
  readonly refused: number;
  readonly refusedShare: number;
  /** Whoever was refused at any time, also before and after. */
  readonly refusedEver: number;
  readonly trip: Result['trip'];
}

export function figuresOf({ scenario, people, ours, peers, trip }: Result): Figures {
  const { attack } = scenario;
  const start = attack[0]?.at ?? 0;
  const end = attack.at(-1)?.at ?? Infinity;
  const during = people.filter(({ from }) => from >= start && from <= end);
  const refused = during.filter((person) => ours.refused.has(person)).length;
  return {
    name: scenario.name,
    ours: ours.attackerSent.length,
    peers: peers.attackerSent.length,
    ratio: ours.attackerSent.length / Math.max(1, peers.attackerSent.length),
    oursCost: ours.attackerCost,
    peersCost: peers.attackerCost,
    people: during.length,
    refused,
    refusedShare: refused / Math.max(1, during.length),
    refusedEver: ours.refused.size,
    trip,
  };
}
