import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RedisClient } from './redis-client.js';
import { redisStoreConfig, type RedisStoreConfig, type RedisStoreOptions } from './redis-options.js';
import { Script } from './script.js';
import { withinTimeLimit } from './time-limit.js';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** What is refused changes nothing, so it does not prolong the window. */
const INCREMENT = new Script(`
local hits = tonumber(redis.call('GET', KEYS[1]) or '0')
if hits >= tonumber(ARGV[2]) then return { hits + 1, redis.call('PTTL', KEYS[1]), 1 } end
hits = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { hits, redis.call('PTTL', KEYS[1]), 0 }`);

/**
 * Counts requests for any number of processes, in Redis 6 or later: exact, on a single node and on a Cluster. A window
 * opens with the first request, lasts its full length by Redis' clock, and what is refused does not prolong it.
 *
 * Where Redis fails, or does not answer within `timeout`, requests are refused (R17) until it is back.
 *
 * @example
 * ```ts
 * import { RedisThrottlerStorage } from 'nestjs-phone-auth/redis';
 *
 * providers: [{ provide: PHONE_AUTH_THROTTLER_STORAGE, useValue: new RedisThrottlerStorage(redis) }]
 * ```
 * @publicApi
 */
export class RedisThrottlerStorage implements ThrottlerStorage {
  private readonly config: RedisStoreConfig;

  /** @throws PhoneAuthOptionError where the client is none, or an option cannot be right */
  constructor(
    private readonly client: RedisClient,
    options: RedisStoreOptions = {},
  ) {
    this.config = redisStoreConfig('RedisThrottlerStorage', client, options);
  }

  /**
   * The interface of @nestjs/throttler: `ttl` in milliseconds in, seconds out. The block ends with the window.
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE`, with the seconds to wait
   */
  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    const { prefix, timeout } = this.config;
    const answer = await withinTimeLimit(timeout, () =>
      INCREMENT.run(this.client, [`${prefix}requests:{${key}}`], [ttl, limit]),
    );
    const [totalHits, left, blocked] = answer as [number, number, number];
    const seconds = Math.ceil((left < 0 ? ttl : left) / 1_000);
    return {
      totalHits,
      timeToExpire: seconds,
      isBlocked: blocked === 1,
      timeToBlockExpire: blocked === 1 ? seconds : 0,
    };
  }
}
