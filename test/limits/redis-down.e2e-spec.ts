import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { PHONE_AUTH_THROTTLER_STORAGE, PhoneAuthError } from 'nestjs-phone-auth';
import { RedisQuotaStore, RedisThrottlerStorage } from 'nestjs-phone-auth/redis';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { CapturingLogger, fully } from '../support/capturing-logger.js';
import { freshNumber } from '../support/api.js';
import { RedisServer } from '../support/redis-server.js';
import { ServedApp } from '../support/served-app.js';

/** How long the store waits that is asked while Redis does not answer. The other one waits for a slow machine. */
const TIMEOUT = 150;

/** A window that Redis ends by itself while a test runs. */
const SHORT = 100;

describe.runIf(inject('redisServer'))('a Redis that stops and comes back', () => {
  let server: RedisServer;
  let redis: Redis;
  let store: RedisQuotaStore;
  let hasty: RedisQuotaStore;
  let storage: RedisThrottlerStorage;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.port, '127.0.0.1', { retryStrategy: () => 20 });
    redis.on('error', () => undefined);
    store = new RedisQuotaStore(redis, { timeout: 10_000 });
    hasty = new RedisQuotaStore(redis, { timeout: TIMEOUT });
    storage = new RedisThrottlerStorage(redis, { timeout: 10_000 });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    redis.disconnect();
    await server.remove();
  });

  const quota = (limit = 5) => ({ key: `+12025550123:${randomUUID()}`, limit, window: 60_000 });
  const refusal = (run: Promise<unknown>) =>
    run.then(
      () => undefined,
      (error: unknown) => error as PhoneAuthError,
    );
  const unavailable = { code: 'SERVICE_UNAVAILABLE', retryAfter: 5 };
  /** Settles when a client has found the server again. */
  const back = async () => {
    await expect.poll(() => redis.status).toBe('ready');
  };

  it('R17, I6 calls are refused in time while it is down, and work by themselves once it is back', async () => {
    const five = quota();
    await store.take([five]);
    await server.down();
    const before = performance.now();
    const refusals = await Promise.all([
      refusal(hasty.take([five])),
      refusal(hasty.giveBack([{ key: five.key, hits: 1 }])),
      refusal(new RedisThrottlerStorage(redis, { timeout: TIMEOUT }).increment('somebody', 60_000, 3)),
    ]);
    expect(performance.now() - before).toBeLessThan(TIMEOUT + 1_000);
    expect(refusals).toMatchObject([unavailable, unavailable, unavailable]);

    await server.up();
    expect(await store.take([quota()])).toEqual({ hits: [1] });
    expect(await storage.increment('somebody else', 60_000, 3)).toMatchObject({ totalHits: 1 });
  });

  it('I6 what was refused because the answer came too late is given back when it comes', async () => {
    await back();
    const [one, other] = [quota(), quota()];
    await store.take([one, other]);
    // Redis stands still for a moment, and then does what it has been asked in the meantime
    const pause = new Redis(server.port, '127.0.0.1');
    await pause.client('PAUSE', TIMEOUT + 100);
    expect(await refusal(hasty.take([one, other]))).toMatchObject(unavailable);
    pause.disconnect();
    await expect
      .poll(async () => (await store.take([{ ...one, limit: 0 }])).hits, { interval: 20 })
      .toEqual([1]);
  });

  it('R62 neither the error nor the log holds a key, for there are numbers in it', async () => {
    await back();
    const log = new CapturingLogger();
    vi.spyOn(Logger.prototype, 'error').mockImplementation((...parts: unknown[]) => log.error(...parts));
    const { key } = quota();
    await redis.set(`phone-auth:quota:{${key}}`, 'something else');
    const admin = new Redis(server.port, '127.0.0.1');
    const wrongType = await refusal(store.take([{ ...quota(), key }]));
    await admin.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval');
    const forbidden = await refusal(store.take([{ ...quota(), key }]));
    await admin.call('ACL', 'SETUSER', 'default', '+@all');
    admin.disconnect();

    expect(wrongType?.cause).toMatchObject({ message: expect.stringContaining('WRONGTYPE') as string });
    expect(forbidden?.cause).toMatchObject({ message: expect.stringContaining('NOPERM') as string });
    expect(fully([wrongType, forbidden, log.lines])).not.toContain('2025550123');
    expect(log.lines).toHaveLength(2);
  });

  it('a server that has forgotten the scripts is told them again', async () => {
    await back();
    const five = quota();
    await store.take([five]);
    await redis.script('FLUSH');
    expect(await store.take([five])).toEqual({ hits: [2] });
    await redis.script('FLUSH');
    expect(await storage.increment(randomUUID(), 60_000, 3)).toMatchObject({ totalHits: 1 });
  });

  it('R25 Redis ends the windows, and every key with its window', async () => {
    await back();
    await redis.flushall();
    const one = { ...quota(1), window: SHORT };
    await store.take([one]);
    await storage.increment('somebody', SHORT, 1);
    expect(await redis.keys('*')).toHaveLength(2);
    await expect.poll(() => redis.dbsize(), { interval: 20 }).toBe(0);
    expect(await store.take([one])).toEqual({ hits: [1] });
  });

  describe('under an application', () => {
    let served: ServedApp;
    let quick: Redis;
    beforeAll(async () => {
      // a client that queues nothing is refused at once
      quick = new Redis(server.port, '127.0.0.1', { retryStrategy: () => 20, enableOfflineQueue: false });
      quick.on('error', () => undefined);
      const storage = new RedisThrottlerStorage(quick, { timeout: 10_000 });
      served = await ServedApp.on(
        { adapter: 'express', database: 'sqlite', name: 'express, sqlite' },
        {
          options: {
            rateLimit: { window: 60_000, max: 5 },
            providers: [{ provide: PHONE_AUTH_THROTTLER_STORAGE, useValue: storage }],
          },
        },
      );
    });
    afterAll(async () => {
      quick.disconnect();
      await served.close();
    });
    const back = async () => {
      await expect.poll(() => quick.status).toBe('ready');
    };

    it('A33 verify answers 503 and nothing is sent while it is down; then codes work again', async () => {
      await back();
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const sent = served.t.inbox.messages.length;
      await server.down();
      const refused = [await served.verify(phoneNumber, code), await served.sendOtp(freshNumber())];
      expect(refused.map(({ status, body, headers }) => [status, body.code, headers['retry-after']])).toEqual(
        refused.map(() => [503, 'SERVICE_UNAVAILABLE', '5']),
      );
      expect(served.t.inbox.messages).toHaveLength(sent);

      await server.up();
      await back();
      expect((await served.verify(phoneNumber, code)).status).toBe(200);
    });
  });
});
