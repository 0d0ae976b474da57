import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { group, rule, wholeNumber } from '../options/rules.js';
import type { RedisClient } from './redis-client.js';

/**
 * Options of the stores on Redis.
 *
 * @publicApi
 */
export interface RedisStoreOptions {
  /**
   * First part of every key. Stores with the same prefix on the same database count together; two applications that
   * should not need two prefixes.
   * @default 'phone-auth:'
   */
  prefix?: string | undefined;
  /**
   * How long a call may take, in milliseconds, before it is refused with `SERVICE_UNAVAILABLE`, 10 to 60 000. It holds
   * also where the client would queue the command until Redis is back.
   * @default 1_000
   */
  timeout?: number | undefined;
}

/** Options that are checked, with their defaults. */
export type RedisStoreConfig = Required<{
  [Key in keyof RedisStoreOptions]: NonNullable<RedisStoreOptions[Key]>;
}>;

const checkEach = group({
  prefix: rule((value) => typeof value === 'string' && !/[{}]/.test(value), 'use a text without braces'),
  timeout: wholeNumber(10, 60_000, 'milliseconds'),
});

/** @throws PhoneAuthOptionError naming the store and the option */
export function redisStoreConfig(
  store: string,
  client: RedisClient,
  options: RedisStoreOptions,
): RedisStoreConfig {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- what a host hands over may be anything
  if (typeof client?.evalsha !== 'function' || typeof client.eval !== 'function') {
    throw new PhoneAuthOptionError(
      `${store}.client`,
      'no client of Redis',
      "use an instance of Redis or Cluster of package 'ioredis'",
    );
  }
  checkEach(options, store);
  return { prefix: options.prefix ?? 'phone-auth:', timeout: options.timeout ?? 1_000 };
}
