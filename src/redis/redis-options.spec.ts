import { describe, expect, it } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { RedisClient } from './redis-client.js';
import { redisStoreConfig } from './redis-options.js';

const client: RedisClient = { evalsha: () => Promise.resolve(), eval: () => Promise.resolve() };

function refusalOf(given: unknown, options: object = {}): PhoneAuthOptionError {
  try {
    redisStoreConfig('RedisQuotaStore', given as RedisClient, options);
  } catch (error) {
    if (error instanceof PhoneAuthOptionError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
}

describe('the stores on Redis refuse', () => {
  it.each([
    [undefined],
    [{}],
    [{ url: 'redis://user:hunter2@127.0.0.1' }],
    ['redis://user:hunter2@127.0.0.1'],
  ])('what is no client, unprinted: %j', (given) => {
    const refusal = refusalOf(given);
    expect(refusal.option).toBe('RedisQuotaStore.client');
    expect(refusal.message).toContain("use an instance of Redis or Cluster of package 'ioredis'");
    expect(refusal.message).not.toContain('hunter2');
  });

  it.each([
    ['prefix', { prefix: 'a{b}' }, 'use a text without braces'],
    ['prefix', { prefix: 7 }, 'use a text without braces'],
    ['timeout', { timeout: 9 }, 'milliseconds from 10 to 60000'],
    ['timeout', { timeout: Infinity }, 'milliseconds from 10 to 60000'],
    ['keyPrefix', { keyPrefix: 'a' }, 'known here: prefix, timeout'],
  ])('%s of %j', (option, options, allowed) => {
    const refusal = refusalOf(client, options);
    expect(refusal.option).toBe(`RedisQuotaStore.${option}`);
    expect(refusal.message).toContain(allowed);
  });

  it('nothing where all is left out', () => {
    expect(redisStoreConfig('RedisQuotaStore', client, {})).toEqual({
      prefix: 'phone-auth:',
      timeout: 1_000,
    });
  });
});
