import type { Figures } from './figures.js';

export type Kind = 'healthy' | 'attack' | 'adaptive';

/** Of the messages that the usual rule sends to the attacker. */
const MOST_OF_PEERS = 0.02;
/** Of the people who come while an attack goes on. Who adapts himself to the guard does more harm to them. */
const MOST_REFUSED = { healthy: 0, attack: 0.01, adaptive: 0.02 };
/** Messages until the guard says something: the room of a country with history, and less where there is none. */
const MOST_BEFORE_TRIP: Record<string, number> = { 'sequential-numbers': 10, 'many-countries': 100 };

/** What is missed; empty where all is well. */
export function missedGoals(kind: Kind, figures: Figures, mostOfPeers = MOST_OF_PEERS): string[] {
  const { name, ratio, refused, refusedShare, refusedEver, trip } = figures;
  const most = MOST_BEFORE_TRIP[name] ?? 400;
  return [
    ...(kind === 'healthy' && refusedEver > 0 ? [`${refusedEver} people are refused`] : []),
    ...(refusedShare > MOST_REFUSED[kind]
      ? [`${refused} people are refused, ${(refusedShare * 100).toFixed(2)} %`]
      : []),
    ...(ratio > mostOfPeers ? [`the attacker gets ${(ratio * 100).toFixed(2)} %`] : []),
    ...(kind !== 'healthy' && (trip?.messages ?? Infinity) > most
      ? [`not tripped after ${most} messages`]
      : []),
  ];
}
