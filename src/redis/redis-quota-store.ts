import { randomUUID } from 'node:crypto';
import { type Quota, type QuotaOutcome, type QuotaRefund, QuotaStore } from '../limits/quota-store.js';
import { giveBack, take, type Taking, type WindowRefund } from './quota-scripts.js';
import type { RedisClient } from './redis-client.js';
import { redisStoreConfig, type RedisStoreConfig, type RedisStoreOptions } from './redis-options.js';
import { withinTimeLimit } from './time-limit.js';

/**
 * Quotas that any number of processes share through Redis, 6 or later. Windows are timed by Redis, so the clocks of the
 * processes need not agree, and every key ends with its window.
 *
 * On a single node all quotas of a call are one script: one round trip, all or nothing. On a Cluster, where keys live on
 * different nodes, they are taken one after the other, and given back when a later one refuses: no quota ever goes above
 * its limit, and for the moment in between another caller may be refused who would have had room.
 *
 * Where Redis fails, or does not answer within `timeout`, calls are refused (R17) and work again once it is back.
 *
 * @throws PhoneAuthError `SERVICE_UNAVAILABLE`, with the seconds to wait, from both methods
 * @example
 * ```ts
 * import { Redis } from 'ioredis';
 * import { RedisQuotaStore } from 'nestjs-phone-auth/redis';
 *
 * const redis = new Redis(process.env.REDIS_URL);
 * PhoneAuthModule.forRoot({
 *   secret,
 *   providers: [{ provide: QuotaStore, useValue: new RedisQuotaStore(redis) }],
 * })
 * ```
 * @publicApi
 */
export class RedisQuotaStore extends QuotaStore {
  private readonly config: RedisStoreConfig;

  /** @throws PhoneAuthOptionError where the client is none, or an option cannot be right */
  constructor(
    private readonly client: RedisClient,
    options: RedisStoreOptions = {},
  ) {
    super();
    this.config = redisStoreConfig('RedisQuotaStore', client, options);
  }

  override async take(quotas: readonly Quota[]): Promise<QuotaOutcome> {
    if (quotas.length === 0) return { hits: [] };
    const id = randomUUID();
    const { refused, left, hits } = await withinTimeLimit(
      this.config.timeout,
      () => (this.client.isCluster ? this.takeInTurn(quotas, id) : this.takeTogether(quotas, id)),
      (taking) => taking.refused === -1 && this.giveBackTo(windowsOf(quotas, taking)),
    );
    const quota = quotas[refused];
    return quota ? { refused: { quota, retryAfter: Math.ceil(left / 1_000) }, hits } : { hits };
  }

  override giveBack(refunds: readonly QuotaRefund[]): Promise<void> {
    return withinTimeLimit(this.config.timeout, () => this.giveBackTo(refunds));
  }

  private takeTogether(quotas: readonly Quota[], id: string): Promise<Taking> {
    return take(this.client, this.keyOf, quotas, id);
  }

  private async takeInTurn(quotas: readonly Quota[], id: string): Promise<Taking> {
    const taken: WindowRefund[] = [];
    const hits: number[] = [];
    const ids: string[] = [];
    for (const [place, quota] of quotas.entries()) {
      const one = await this.takeTogether([quota], id).catch(async (error: unknown) => {
        await this.giveBackTo(taken);
        throw error;
      });
      if (one.refused === 0) {
        await this.giveBackTo(taken);
        return { refused: place, left: one.left, hits: await this.hitsOf(quotas), ids: [] };
      }
      hits.push(...one.hits);
      ids.push(...one.ids);
      taken.push(...windowsOf([quota], one));
    }
    return { refused: -1, left: 0, hits, ids };
  }

  private async giveBackTo(refunds: readonly WindowRefund[]): Promise<void> {
    if (refunds.length === 0) return;
    const together = this.client.isCluster ? refunds.map((refund) => [refund]) : [refunds];
    await Promise.all(together.map((group) => giveBack(this.client, this.keyOf, group)));
  }

  /** Whatever has no room is only read. */
  private async hitsOf(quotas: readonly Quota[]): Promise<number[]> {
    const read = await Promise.all(
      quotas.map((quota) => this.takeTogether([{ ...quota, limit: -Infinity }], '')),
    );
    return read.flatMap(({ hits }) => hits);
  }

  /** The braces make a Cluster place a key by what is counted, whatever the prefix. */
  private readonly keyOf = (key: string) => `${this.config.prefix}quota:{${key}}`;
}

const windowsOf = (quotas: readonly Quota[], { ids }: Taking): WindowRefund[] =>
  quotas.map(({ key }, place) => ({ key, hits: 1, window: ids[place] }));
