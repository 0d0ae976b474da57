import { randomUUID } from 'node:crypto';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SharedStores, throttlerStorages } from '../support/quota-stores.js';
import { parallel } from '../support/served-app.js';

const WINDOW = 60_000;
const LIMIT = 3;

type Increment = Pick<ThrottlerStorage, 'increment'>;

describe.each(throttlerStorages)('requests counted in $name', ({ start }) => {
  let shared: SharedStores<Increment>;
  beforeAll(async () => {
    shared = await start();
  });
  afterAll(() => shared.close());

  const hit = (key: string, process = 0, limit = LIMIT) =>
    (shared.stores[process] ?? shared.stores[0]).increment(key, WINDOW, limit, WINDOW, 'test');
  const hits = async (key: string, times: number) => {
    const records = [];
    for (let round = 0; round < times; round += 1) records.push(await hit(key, round % 2));
    return records;
  };

  it('I6 100 requests at once to two processes: as many pass as the limit says', async () => {
    const key = randomUUID();
    const all = await parallel(100, (index) => hit(key, index % 2));
    expect(all.filter(({ isBlocked }) => !isBlocked)).toHaveLength(LIMIT);
  });

  it('S1.39 a window opens with the first request, and what is refused does not prolong it', async () => {
    const key = randomUUID();
    expect((await hits(key, 5)).map(({ isBlocked }) => isBlocked)).toEqual([false, false, false, true, true]);
    await shared.elapse(20_500);
    const refused = { totalHits: 4, timeToExpire: 40, isBlocked: true, timeToBlockExpire: 40 };
    expect(await hits(key, 3)).toEqual([refused, refused, refused]);
    await shared.elapse(39_500);
    expect(await hit(key)).toEqual({
      totalHits: 1,
      timeToExpire: 60,
      isBlocked: false,
      timeToBlockExpire: 0,
    });
  });

  it('each key is counted on its own, and nothing passes where nothing is allowed', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await hits(one, LIMIT + 1);
    expect(await hit(other)).toMatchObject({ isBlocked: false, totalHits: 1 });
    expect(await hit(randomUUID(), 0, 0)).toMatchObject({ isBlocked: true, timeToBlockExpire: 60 });
  });
});
