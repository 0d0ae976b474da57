import { Client } from 'pg';
import { randomUUID } from 'node:crypto';
import { getDataSourceToken } from '@nestjs/typeorm';
import { QuotaStore } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PhoneAuthQuota } from '../../src/limits/quota.entity.js';
import { type DatabaseName, databaseNames, startOn } from '../support/platforms.js';

const quota = (more: object = {}) => ({ key: randomUUID(), limit: 5, window: 60_000, ...more });

const start = async (database: DatabaseName, options: object = { limits: { storage: 'database' } }) => {
  const t = await startOn({ adapter: 'express', database }, { options });
  return {
    t,
    store: t.app.get(QuotaStore, { strict: false }),
    source: t.app.get<DataSource>(getDataSourceToken()),
  };
};

describe.each(databaseNames)('quotas of an application on %s', (database) => {
  let t: TestApp;
  let store: QuotaStore;
  let source: DataSource;
  beforeAll(async () => {
    ({ t, store, source } = await start(database));
  });
  afterAll(() => t.close());

  const rows = () => source.getRepository(PhoneAuthQuota).find();

  it('R26 limits.storage: the table holds what was taken, and when the window ends', async () => {
    const one = quota();
    await store.take([one]);
    expect(await rows()).toEqual([{ key: one.key, hits: 1, endsAt: t.clock.now() + 60_000 }]);
  });

  // on SQLite, where there is one connection, it waits until the host's transaction has ended
  if (database !== 'sqlite')
    it('R26 a transaction of the host that is rolled back takes back no hit', async () => {
      const one = quota();
      await source
        .transaction(async () => {
          await store.take([one]);
          throw new Error('rolled back');
        })
        .catch(() => undefined);
      expect(await store.take([one])).toEqual({ hits: [2] });
    });

  it('windows that are over are removed in the background, in batches, and open ones stay', async () => {
    const endsAt = t.clock.now();
    const over = Array.from({ length: 1_100 }, () => ({ key: randomUUID(), hits: 1, endsAt }));
    await source.getRepository(PhoneAuthQuota).insert(over);
    t.clock.advance({ minutes: 3 });
    const kept = quota();
    const left = [];
    for (let round = 0; round < 3; round += 1) {
      await store.take([kept]);
      await t.settled();
      left.push(await source.getRepository(PhoneAuthQuota).count());
    }
    expect(left.map((count) => Math.floor(count / 100))).toEqual([6, 1, 0]);
    expect(await rows()).toMatchObject([{ key: kept.key, hits: 3 }]);
  });

  if (database !== 'mariadb')
    it('several quotas are one statement, a refusal two', async () => {
      const quotas = [quota(), quota(), quota({ limit: 1 })];
      await store.take([quota()]); // a new connection is asked for its version first
      const runner = source.createQueryRunner();
      // statements of PostgreSQL are prepared, and go past the runner
      const queries =
        database === 'postgres'
          ? vi.spyOn(Client.prototype, 'query')
          : vi.spyOn(Object.getPrototypeOf(runner) as typeof runner, 'query');
      await runner.release();
      await store.take(quotas);
      expect(queries).toHaveBeenCalledTimes(1);
      await store.take(quotas);
      expect(queries).toHaveBeenCalledTimes(3);
      queries.mockRestore();
    });
});

describe.each(databaseNames)('the store of quotas on %s', (database) => {
  it('R17 refuses where the database is gone', async () => {
    const { t, store, source } = await start(database);
    await source.destroy();
    const unavailable = { code: 'SERVICE_UNAVAILABLE', retryAfter: 5 };
    await expect(store.take([quota()])).rejects.toMatchObject(unavailable);
    await expect(store.giveBack([{ key: 'x', hits: 1 }])).rejects.toMatchObject(unavailable);
    await t.close();
  });

  it('R26 is the memory by default', async () => {
    const { t, store, source } = await start(database, {});
    expect(await store.take([quota()])).toEqual({ hits: [1] });
    expect(await source.getRepository(PhoneAuthQuota).count()).toBe(0);
    await t.close();
  });
});
