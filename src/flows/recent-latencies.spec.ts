import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecentLatencies } from './recent-latencies.js';

describe('how long a message takes that is not sent', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const taking = (milliseconds: number) => () =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

  const passes = async (latencies: RecentLatencies) => {
    const began = performance.now();
    const passed = latencies.pass().then(() => performance.now() - began);
    await vi.runAllTimersAsync();
    return passed;
  };

  const measured = async (latencies: RecentLatencies, work: () => Promise<void>) => {
    const measuring = latencies.measure(work).catch(() => undefined);
    await vi.runAllTimersAsync();
    await measuring;
  };

  it('R40 is what one took that was sent', async () => {
    const latencies = new RecentLatencies();
    await measured(latencies, taking(400));
    expect(await passes(latencies)).toBeCloseTo(400, -1);
  });

  it('R40 is what one took that failed', async () => {
    const latencies = new RecentLatencies();
    await measured(latencies, async () => {
      await taking(700)();
      throw new Error('no credit');
    });
    expect(await passes(latencies)).toBeCloseTo(700, -1);
  });

  it('R40 is a quarter of a second while nothing was sent', async () => {
    expect(await passes(new RecentLatencies())).toBeCloseTo(250, -1);
  });

  it('R40 is what the latest took, not what was long ago', async () => {
    const latencies = new RecentLatencies();
    await measured(latencies, taking(9_000));
    for (let i = 0; i < 32; i += 1) await measured(latencies, taking(100));
    for (let i = 0; i < 50; i += 1) expect(await passes(latencies)).toBeLessThan(200);
  });
});
