import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../runtime/clock.js';
import { MemoryThrottlerStorage } from './memory-throttler-storage.js';

const WINDOW = 60_000;
const LIMIT = 3;

/** A clock that a test moves by hand. */
class HandClock extends Clock {
  private time = 1_700_000_000_000;

  override now(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** Nothing outside can see how much is kept. */
const keptBy = (storage: MemoryThrottlerStorage) =>
  (Reflect.get(storage, 'buckets') as Map<string, unknown>).size;

describe('MemoryThrottlerStorage', () => {
  let clock: HandClock;
  let storage: MemoryThrottlerStorage;
  beforeEach(() => {
    clock = new HandClock();
    storage = new MemoryThrottlerStorage(clock);
  });

  const hit = (key = 'somebody') => storage.increment(key, WINDOW, LIMIT);
  const hits = async (count: number, key?: string) => {
    for (let round = 0; round < count; round += 1) await hit(key);
  };

  it('lets as many through as the limit says, and blocks the next', async () => {
    const blocked = [];
    for (let round = 0; round < LIMIT + 2; round += 1) blocked.push((await hit()).isBlocked);
    expect(blocked).toEqual([false, false, false, true, true]);
  });

  it('counts exactly under parallelism', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => hit()));
    expect(all.filter(({ isBlocked }) => !isBlocked)).toHaveLength(LIMIT);
  });

  it('counts each key on its own', async () => {
    await hits(LIMIT + 1);
    expect(await hit('somebody else')).toMatchObject({ isBlocked: false, totalHits: 1 });
  });

  it('opens the window with the first request, not at a round time', async () => {
    await hit();
    clock.advance(59_000);
    await hits(LIMIT - 1);
    expect(await hit()).toMatchObject({ isBlocked: true });
    clock.advance(1_000);
    expect(await hit()).toMatchObject({ isBlocked: false, totalHits: 1 });
  });

  it('is not prolonged by what it refuses', async () => {
    await hits(LIMIT);
    for (let second = 0; second < 59; second += 1) {
      clock.advance(1_000);
      expect((await hit()).isBlocked).toBe(true);
    }
    clock.advance(1_000);
    expect((await hit()).isBlocked).toBe(false);
  });

  it('tells the rest of the window in whole seconds, rounded up', async () => {
    expect(await hit()).toEqual({ totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 });
    await hits(LIMIT - 1);
    clock.advance(58_001);
    expect(await hit()).toEqual({ totalHits: 4, timeToExpire: 2, isBlocked: true, timeToBlockExpire: 2 });
    clock.advance(1_998);
    expect(await hit()).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
  });

  it('blocks everything where nothing is allowed', async () => {
    expect(await storage.increment('somebody', WINDOW, 0)).toMatchObject({ isBlocked: true });
  });

  it('keeps no more than the windows that are open', async () => {
    for (let round = 0; round < 5; round += 1) {
      for (let visitor = 0; visitor < 10_000; visitor += 1) await hit(`${round}/${visitor}`);
      expect(keptBy(storage)).toBeLessThanOrEqual(10_000);
      clock.advance(60_000);
    }
  });

  it('forgets nobody whose window is open when it clears up', async () => {
    for (let visitor = 0; visitor < 9_999; visitor += 1) await hit(`gone ${visitor}`);
    clock.advance(30_000);
    await hits(LIMIT, 'here');
    clock.advance(30_000);
    await hit('the one too many');
    expect((await hit('here')).isBlocked).toBe(true);
  });
});
