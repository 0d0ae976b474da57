import { randomUUID } from 'node:crypto';
import type { Quota, QuotaOutcome, QuotaStore } from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quotaStores, type SharedStores } from '../support/quota-stores.js';
import { parallel } from '../support/served-app.js';

const WINDOW = 60_000;

/** A quota that no other test has. */
const quota = (limit: number, more: Partial<Quota> = {}): Quota => ({
  key: `test:${randomUUID()}`,
  limit,
  window: WINDOW,
  ...more,
});

const taken = (outcomes: readonly QuotaOutcome[]) => outcomes.filter(({ refused }) => !refused);

describe.each(quotaStores)('quotas in $name', ({ atomic, start }) => {
  let shared: SharedStores<QuotaStore>;
  let store: QuotaStore;
  beforeAll(async () => {
    shared = await start();
    [store] = shared.stores;
  });
  afterAll(() => shared.close());

  /** So many takes at once, from two processes in turn. */
  const takesAtOnce = (times: number, quotasOf: (index: number) => readonly Quota[]) =>
    parallel(times, (index) => (shared.stores[index % 2] ?? store).take(quotasOf(index)));
  const takes = async (times: number, ...quotas: Quota[]) => {
    const outcomes = [];
    for (let round = 0; round < times; round += 1) outcomes.push(await store.take(quotas));
    return outcomes;
  };
  /** How often something is counted, which changes with the asking. */
  const hits = async ({ key, window }: Quota) =>
    (await store.take([{ key, window, limit: -Infinity }])).hits[0];

  it('R26 as many are taken as the limit says, and counted', async () => {
    const five = quota(5);
    const outcomes = await takes(7, five);
    expect(outcomes.map((outcome) => outcome.hits)).toEqual([[1], [2], [3], [4], [5], [5], [5]]);
    expect(outcomes.map(({ refused }) => refused?.quota.key)).toEqual([
      ...Array<undefined>(5).fill(undefined),
      five.key,
      five.key,
    ]);
  });

  it('R25, I6 200 takes at once from two processes get exactly as many as the limit says', async () => {
    const ten = quota(10);
    expect(taken(await takesAtOnce(200, () => [ten]))).toHaveLength(10);
    expect(await hits(ten)).toBe(10);
  });

  it('R27, I6 60 takes at once of three quotas get exactly as many as the narrowest has', async () => {
    const [wide, narrow, open] = [quota(40), quota(7), quota(Infinity)];
    const outcomes = await takesAtOnce(60, () => [wide, narrow, open]);
    expect(taken(outcomes)).toHaveLength(7);
    expect(await Promise.all([wide, narrow, open].map(hits))).toEqual([7, 7, 7]);
  });

  it('R29, I6 takes at once that name the same quotas in another order never get more, and lose none', async () => {
    const [one, other] = [quota(50), quota(50)];
    const outcomes = await takesAtOnce(60, (index) => (index % 3 === 0 ? [one, other] : [other, one]));
    const got = taken(outcomes).length;
    // where quotas are taken one after the other, two callers can stand in each other's way for a moment
    expect(got).toBeGreaterThanOrEqual(atomic ? 50 : 1);
    expect(got).toBeLessThanOrEqual(50);
    expect(await Promise.all([one, other].map(hits))).toEqual([got, got]);
  });

  it('R29 a quota that is shared is exact although others refuse at the same time', async () => {
    const everywhere = quota(30);
    const addresses = [quota(1), quota(2), quota(3), quota(4)];
    const at = (index: number) => addresses[index % 4] ?? everywhere;
    const outcomes = await takesAtOnce(80, (index) => [at(index), everywhere]);
    expect(taken(outcomes)).toHaveLength(10);
    expect(await hits(everywhere)).toBe(10);
  });

  it('R26 where one of several is used up, none is taken', async () => {
    const [before, full, after] = [quota(9), quota(1), quota(9)];
    await takes(1, full);
    const [outcome] = await takes(1, before, full, after);
    expect(outcome).toMatchObject({ refused: { quota: full }, hits: [0, 1, 0] });
    expect(await Promise.all([before, full, after].map(hits))).toEqual([0, 1, 0]);
  });

  it('R26 where several are used up, the first that was asked for is named', async () => {
    const [a, b, c] = [quota(5), quota(1), quota(1)];
    await takes(1, b, c);
    expect((await store.take([a, c, b])).refused?.quota).toEqual(c);
    expect((await store.take([b, a, c])).refused?.quota).toEqual(b);
  });

  it('R26 the refused is told the rest of the window in whole seconds, which his asking does not prolong', async () => {
    const one = quota(1);
    await takes(1, one);
    await shared.elapse(20_500);
    const refusals = await takes(3, one);
    expect(refusals.map(({ refused }) => refused?.retryAfter)).toEqual([40, 40, 40]);
    await shared.elapse(39_500);
    expect(await takes(1, one)).toEqual([{ hits: [1] }]);
  });

  it('R25 a window opens with the first hit, and each key has its own', async () => {
    const [early, late] = [quota(1), quota(1)];
    await takes(1, early);
    await shared.elapse(30_000);
    await takes(1, late);
    await shared.elapse(30_000);
    expect(taken(await takes(1, early))).toHaveLength(1);
    expect(taken(await takes(1, late))).toHaveLength(0);
  });

  it('R25 60 takes at once in the next window get as many as in the first', async () => {
    const four = quota(4);
    expect(taken(await takesAtOnce(20, () => [four]))).toHaveLength(4);
    await shared.elapse(WINDOW);
    expect(taken(await takesAtOnce(60, () => [four]))).toHaveLength(4);
  });

  it('R26 what is given back can be taken again', async () => {
    const two = quota(2);
    await takes(2, two);
    await store.giveBack([{ key: two.key, hits: 1 }]);
    expect(taken(await takes(3, two))).toHaveLength(1);
  });

  it('R26 60 given back at once are all counted', async () => {
    const many = quota(100);
    await takes(70, many);
    await parallel(60, () => store.giveBack([{ key: many.key, hits: 1 }]));
    expect(await hits(many)).toBe(10);
  });

  it('R27 more than was taken is credit, and ends with the window', async () => {
    const two = quota(2);
    await takes(1, two);
    await store.giveBack([{ key: two.key, hits: 3 }]);
    expect((await takes(5, two)).map((outcome) => outcome.hits[0])).toEqual([-1, 0, 1, 2, 2]);
    await store.giveBack([{ key: two.key, hits: 9 }]);
    await shared.elapse(WINDOW);
    expect(taken(await takes(5, two))).toHaveLength(2);
  });

  it('R27 fractions are given back to the digit, each quota its own', async () => {
    const [half, tenth] = [quota(3), quota(3)];
    await takes(3, half, tenth);
    await store.giveBack([
      { key: half.key, hits: 0.5 },
      { key: tenth.key, hits: 0.1 },
    ]);
    expect(await hits(half)).toBeCloseTo(2.5, 10);
    expect(await hits(tenth)).toBeCloseTo(2.9, 10);
    expect(taken(await takes(1, half))).toHaveLength(1);
    expect(taken(await takes(1, half))).toHaveLength(0);
  });

  it('R26 giving back opens no window, and reaches none that is over', async () => {
    const [unknown, over] = [quota(1), quota(1)];
    await takes(1, over);
    await shared.elapse(WINDOW);
    await store.giveBack([
      { key: unknown.key, hits: 5 },
      { key: over.key, hits: 5 },
    ]);
    await store.giveBack([]);
    expect(taken(await takes(3, unknown))).toHaveLength(1);
    expect(taken(await takes(3, over))).toHaveLength(1);
  });

  it('R29 a limit of Infinity only counts', async () => {
    const counted = quota(Infinity);
    expect((await takesAtOnce(60, () => [counted])).filter(({ refused }) => refused)).toEqual([]);
    expect(await hits(counted)).toBe(60);
  });

  it('R28 a limit of 0 lets nothing through, and says how long its window is', async () => {
    expect(await store.take([quota(1), quota(0)])).toMatchObject({
      refused: { retryAfter: 60 },
      hits: [0, 0],
    });
  });

  it('R28 keys that differ by their case, by an accent or by braces are different keys', async () => {
    const { key } = quota(1);
    const alike = [key, `${key}a`, `${key}A`, `${key}á`, `${key}{a}`, `{${key}}`, `}${key}`];
    for (const other of alike) expect(taken(await takes(1, quota(1, { key: other })))).toHaveLength(1);
  });

  it('nothing asked, nothing refused', async () => {
    expect(await store.take([])).toEqual({ hits: [] });
  });
});
