import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { PHONE_AUTH_THROTTLER_STORAGE } from 'nestjs-phone-auth';
import { RedisThrottlerStorage } from 'nestjs-phone-auth/redis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { parallel, ServedApp, statuses } from '../support/served-app.js';

describe.runIf(inject('redis'))('an Express and a Fastify application on one Redis', () => {
  const prefix = `test-${randomUUID()}:`;
  const clients: Redis[] = [];
  let applications: ServedApp[];
  beforeAll(async () => {
    const start = (adapter: 'express' | 'fastify') => {
      const redis = new Redis(inject('redis') ?? '');
      clients.push(redis);
      const storage = new RedisThrottlerStorage(redis, { prefix });
      return ServedApp.on(
        { adapter, database: 'sqlite', name: adapter },
        {
          options: {
            rateLimit: { window: 60_000, max: 20 },
            providers: [{ provide: PHONE_AUTH_THROTTLER_STORAGE, useValue: storage }],
          },
        },
      );
    };
    applications = [await start('express'), await start('fastify')];
  });
  afterAll(async () => {
    for (const application of applications) await application.close();
    const [redis] = clients;
    const keys = (await redis?.keys(`${prefix}*`)) ?? [];
    if (keys.length > 0) await redis?.del(keys);
    for (const client of clients) client.disconnect();
  });

  it('I6, R26 60 requests at once to both: 20 pass, and not one more', async () => {
    const answers = await parallel(60, async (index) => {
      const application = applications[index % 2];
      if (!application) throw new Error('not started');
      return application.verify(freshNumber(), '000000');
    });
    expect(statuses(answers)).toEqual({ 400: 20, 429: 40 });
  });
});
