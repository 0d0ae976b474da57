import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Clock } from '../runtime/clock.js';

interface Bucket {
  hits: number;
  resetsAt: number;
}

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Buckets kept before the ones that are over get cleared away. */
const SWEEP_AT = 10_000;

/**
 * Counts requests in the memory of this process: a window opens with the first request and lasts its full length, and
 * what is refused does not prolong it. The time comes from our {@link Clock}. For several processes provide a shared
 * storage under the token {@link PHONE_AUTH_THROTTLER_STORAGE}.
 */
@Injectable()
export class MemoryThrottlerStorage implements ThrottlerStorage {
  private readonly buckets = new Map<string, Bucket>();
  private sweepAt = SWEEP_AT;

  constructor(private readonly clock: Clock) {}

  /** The interface of @nestjs/throttler: `ttl` in milliseconds in, seconds out. The block ends with the window. */
  increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    const now = this.clock.now();
    let bucket = this.buckets.get(key);
    if (!bucket || bucket.resetsAt <= now) {
      if (this.buckets.size >= this.sweepAt) this.sweep(now);
      bucket = { hits: 0, resetsAt: now + ttl };
      this.buckets.set(key, bucket);
    }
    const isBlocked = bucket.hits >= limit;
    if (!isBlocked) bucket.hits += 1;
    const seconds = Math.ceil((bucket.resetsAt - now) / 1_000);
    return Promise.resolve({
      totalHits: bucket.hits + (isBlocked ? 1 : 0),
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    });
  }

  /** Looks again only once there are twice as many, or a flood of clients would make each request walk through all of them. */
  private sweep(now: number): void {
    for (const [key, bucket] of this.buckets) if (bucket.resetsAt <= now) this.buckets.delete(key);
    this.sweepAt = Math.max(SWEEP_AT, this.buckets.size * 2);
  }
}
