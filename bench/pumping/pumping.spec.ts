import { describe, expect, it } from 'vitest';
import { type Figures, figuresOf } from './figures.js';
import { missedGoals } from './goals.js';
import { replay } from './replay.js';
import { attacks, healthy, type MakeScenario } from './scenarios.js';

/** A tenth of each attack and spike: 100 addresses, 10 000 requests. `npm run bench:pumping` replays the whole. */
const SCALE = 0.1;
/** The room that a country has in a day does not become smaller with the attack, and is more of it than the 2 % of the whole. */
const MOST_OF_PEERS = 0.06;

const figures = async (make: MakeScenario): Promise<Figures> => figuresOf(await replay(make(SCALE)));
const byName = (scenarios: readonly MakeScenario[]) =>
  scenarios.map((make) => ({ name: make(0.001).name, make }));

describe('traffic replayed against the guard', () => {
  it.each(byName(healthy))('R30, R31 refuse nobody: $name', async ({ make }) => {
    const found = await figures(make);
    expect(found.people).toBeGreaterThan(200);
    expect(missedGoals('healthy', found)).toEqual([]);
  });

  it.each(byName(attacks))(
    'A27 gives the attacker little and refuses few others: $name',
    async ({ make }) => {
      const found = await figures(make);
      expect(found.peers).toBe(10_000);
      expect(missedGoals('attack', found, MOST_OF_PEERS)).toEqual([]);
    },
  );
});
