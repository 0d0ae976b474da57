import type { Clock } from '../runtime/clock.js';
import { type Quota, type QuotaOutcome, type QuotaRefund, QuotaStore } from './quota-store.js';

interface Window {
  hits: number;
  endsAt: number;
}

/** Windows kept before those that are over get cleared away. */
const SWEEP_AT = 10_000;

/**
 * Counts in the memory of this process: for one process, and for tests.
 *
 * @publicApi
 */
export class MemoryQuotaStore extends QuotaStore {
  private readonly windows = new Map<string, Window>();
  private sweepAt = SWEEP_AT;

  constructor(private readonly clock: Clock) {
    super();
  }

  override take(quotas: readonly Quota[]): Promise<QuotaOutcome> {
    const now = this.clock.now();
    const refused = quotas.find(({ key, limit }) => this.hits(key, now) >= limit);
    if (refused) {
      const endsAt = this.windows.get(refused.key)?.endsAt ?? now + refused.window;
      return Promise.resolve({
        refused: { quota: refused, retryAfter: Math.ceil((endsAt - now) / 1_000) },
        hits: quotas.map(({ key }) => this.hits(key, now)),
      });
    }
    return Promise.resolve({ hits: quotas.map((quota) => this.hit(quota, now)) });
  }

  override giveBack(refunds: readonly QuotaRefund[]): Promise<void> {
    const now = this.clock.now();
    for (const { key, hits } of refunds) {
      const window = this.windows.get(key);
      if (window && window.endsAt > now) window.hits -= hits;
    }
    return Promise.resolve();
  }

  private hits(key: string, now: number): number {
    const window = this.windows.get(key);
    return window && window.endsAt > now ? window.hits : 0;
  }

  private hit({ key, window: length }: Quota, now: number): number {
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      if (this.windows.size >= this.sweepAt) this.sweep(now);
      window = { hits: 0, endsAt: now + length };
      this.windows.set(key, window);
    }
    window.hits += 1;
    return window.hits;
  }

  /** Looks again only once there are twice as many, or a flood of keys would make every hit walk through all of them. */
  private sweep(now: number): void {
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
    this.sweepAt = Math.max(SWEEP_AT, this.windows.size * 2);
  }
}
