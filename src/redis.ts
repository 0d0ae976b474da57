// The public door of nestjs-phone-auth/redis: limits that several processes share.
export type { RedisClient } from './redis/redis-client.js';
export type { RedisStoreOptions } from './redis/redis-options.js';
export { RedisQuotaStore } from './redis/redis-quota-store.js';
export { RedisThrottlerStorage } from './redis/redis-throttler-storage.js';
