import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { MemoryQuotaStore, PHONE_AUTH_ENTITIES, type QuotaStore } from 'nestjs-phone-auth';
import { RedisQuotaStore, RedisThrottlerStorage } from 'nestjs-phone-auth/redis';
import { TestClock } from 'nestjs-phone-auth/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { inject } from 'vitest';
import { DatabaseQuotaStore } from '../../src/limits/database-quota-store.js';
import { MemoryThrottlerStorage } from '../../src/limits/memory-throttler-storage.js';
import { Database } from '../../src/persistence/database.js';
import { BackgroundTasks } from '../../src/runtime/background-tasks.js';
import { type DatabaseName, databaseNames, makeDatabase } from './platforms.js';
import { RedisServer } from './redis-server.js';

/** Stores that count together, as those of two processes do, and the hand on their time. */
export interface SharedStores<Store> {
  readonly stores: readonly [Store, Store];
  /** Lets time go by without waiting for it. */
  elapse(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface StoreKind<Store> {
  readonly name: string;
  /** Whether several quotas are taken in one step, with nothing to be seen in between. */
  readonly atomic: boolean;
  start(this: void): Promise<SharedStores<Store>>;
}

function inMemory<Store>(make: (clock: TestClock) => Store): StoreKind<Store> {
  return {
    name: 'memory',
    atomic: true,
    start() {
      const clock = new TestClock();
      const store = make(clock);
      return Promise.resolve({
        stores: [store, store],
        elapse: (milliseconds) => Promise.resolve(clock.advance({ milliseconds })),
        close: () => Promise.resolve(),
      });
    },
  };
}

/** Every kind of store on Redis that can run here: on one node, and on a Cluster of one node. */
function onRedis<Store>(
  make: (client: Redis | Cluster, options: { prefix: string; timeout: number }) => Store,
): StoreKind<Store>[] {
  const over = async (clients: [Redis, Redis] | [Cluster, Cluster], server?: RedisServer) => {
    const prefix = `test-${randomUUID()}:`;
    // a machine that is busy with other suites is slow, and no test here is about that
    const [first, second] = clients.map((client) => make(client, { prefix, timeout: 10_000 }));
    if (!first || !second) throw new Error('no store');
    const [client] = clients;
    const node = () => {
      const one = client instanceof Cluster ? client.nodes('master')[0] : client;
      if (!one) throw new Error('the cluster is not connected');
      return one;
    };
    const stores: [Store, Store] = [first, second];
    return {
      stores,
      elapse: (milliseconds: number) => elapseOn(node(), prefix, milliseconds),
      async close() {
        await elapseOn(node(), prefix, Infinity);
        for (const each of clients) each.disconnect();
        await server?.remove();
      },
    };
  };
  const url = inject('redis');
  return [
    ...(url ? [{ name: 'Redis', atomic: true, start: () => over([new Redis(url), new Redis(url)]) }] : []),
    ...(inject('redisServer')
      ? [
          {
            name: 'a Redis Cluster',
            atomic: false,
            async start() {
              const server = await RedisServer.startCluster();
              const node = { host: '127.0.0.1', port: server.port };
              return over([new Cluster([node]), new Cluster([node])], server);
            },
          },
        ]
      : []),
  ];
}

/** Redis has a clock of its own, so the ends of the windows come nearer in place of it moving. */
async function elapseOn(redis: Redis, prefix: string, milliseconds: number): Promise<void> {
  for (const key of await redis.keys(`${prefix}*`)) {
    const left = (await redis.pttl(key)) - milliseconds;
    await (left > 0 ? redis.pexpire(key, left) : redis.del(key));
  }
}

/** Two connections to one database, each with a store of its own. */
function inDatabase(name: DatabaseName): StoreKind<QuotaStore> {
  return {
    name,
    atomic: name !== 'mariadb',
    async start() {
      const own = await makeDatabase(name);
      const clock = new TestClock();
      const background = new BackgroundTasks();
      const options = { ...(own.options as DataSourceOptions), entities: PHONE_AUTH_ENTITIES };
      const sources = [
        await new DataSource(options).initialize(),
        await new DataSource({ ...options, synchronize: false }).initialize(),
      ];
      const store = (index: number) => {
        const source = sources[index];
        if (!source) throw new Error('no connection');
        return new DatabaseQuotaStore(new Database(source), clock, background);
      };
      return {
        stores: [store(0), store(1)],
        elapse: (milliseconds) => Promise.resolve(clock.advance({ milliseconds })),
        async close() {
          await background.settled();
          for (const source of sources) await source.destroy();
          await own.drop();
        },
      };
    },
  };
}

export const quotaStores: StoreKind<QuotaStore>[] = [
  inMemory((clock) => new MemoryQuotaStore(clock)),
  ...databaseNames.map(inDatabase),
  ...onRedis((client, options) => new RedisQuotaStore(client, options)),
];

export const throttlerStorages = [
  inMemory((clock) => new MemoryThrottlerStorage(clock)),
  ...onRedis((client, options) => new RedisThrottlerStorage(client, options)),
];
