import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { CleanupTimer } from './cleanup-timer.js';
import type { RetentionFlow } from './retention.flow.js';

const secret = 'the secret of this application, long enough';
const MINUTE = 60_000;

describe('the timer of the clean-up', () => {
  const background = new BackgroundTasks();
  const run = vi.fn<RetentionFlow['run']>();
  const start = (every?: number | false) => {
    const config = resolveConfig({ secret, retention: { ...(every !== undefined && { every }) } });
    const timer = new CleanupTimer({ run } as Partial<RetentionFlow> as RetentionFlow, background, config);
    timer.onApplicationBootstrap();
    return timer;
  };
  const pass = async (milliseconds: number) => {
    await vi.advanceTimersByTimeAsync(milliseconds);
    await background.settled();
  };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    run.mockReset().mockResolvedValue({});
  });
  afterEach(() => vi.useRealTimers());

  it('3.7 cleans up once within the first period, and then after each, a tenth more or less', async () => {
    const began = Date.now();
    const moments: number[] = [];
    run.mockImplementation(async () => {
      moments.push(Date.now());
      return {};
    });
    const timer = start(600);
    for (let times = 0; times < 6; times += 1) {
      await vi.advanceTimersToNextTimerAsync();
      await background.settled();
    }
    expect(moments).toHaveLength(6);
    const [first = 0, ...pauses] = moments.map((moment, n) => moment - (moments[n - 1] ?? began));
    expect(first).toBeGreaterThanOrEqual(MINUTE);
    expect(first).toBeLessThanOrEqual(10 * MINUTE);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(9 * MINUTE);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(11 * MINUTE);
    expect(new Set(pauses).size).toBeGreaterThan(1);
    timer.onApplicationShutdown();
  });

  it('3.7 begins at another moment in each process', async () => {
    const timers = Array.from({ length: 40 }, () => start(600));
    await pass(5 * MINUTE);
    const early = run.mock.calls.length;
    expect(early).toBeGreaterThan(5);
    expect(early).toBeLessThan(35);
    for (const timer of timers) timer.onApplicationShutdown();
  });

  it('3.7 goes on after one that failed', async () => {
    run.mockRejectedValueOnce(new Error('the database is gone'));
    const timer = start(600);
    await pass(10 * MINUTE);
    await pass(11 * MINUTE);
    // the first falls into the first ten minutes, wherever in them: there may be room for a third
    expect(run.mock.calls.length).toBeGreaterThan(1);
    timer.onApplicationShutdown();
  });

  it('3.7 keeps no process alive, and ends with the application, also one that is under way', async () => {
    const timer = start(600);
    expect(vi.getTimerCount()).toBe(1);
    let signal: AbortSignal | undefined;
    run.mockImplementationOnce(async (given) => {
      signal = given;
      timer.onApplicationShutdown();
      return {};
    });
    await pass(10 * MINUTE);
    expect(signal?.aborted).toBe(true);
    await pass(60 * MINUTE);
    expect(run).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('3.7 is off where the host has a job for it', async () => {
    start(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
