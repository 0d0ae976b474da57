import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConsoleLogger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { createTestApp, type TestApp, type TestAppOptions } from 'nestjs-phone-auth/testing';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { inject } from 'vitest';

/** A database that a suite has for itself. */
export interface TestDatabase {
  readonly options: TypeOrmModuleOptions;
  drop(): Promise<void>;
}

const databases = {
  async sqlite(): Promise<TestDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'phone-auth-'));
    return {
      options: {
        type: 'better-sqlite3',
        database: join(folder, 'test.sqlite'),
        enableWAL: true,
        synchronize: true,
      },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  },

  async postgres(): Promise<TestDatabase> {
    const url = inject('postgres');
    if (!url) throw new Error('PostgreSQL does not answer');
    const schema = `phone_auth_${randomBytes(6).toString('hex')}`;
    const run = async (statement: string) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    await run(`CREATE SCHEMA ${schema}`);
    return {
      options: {
        type: 'postgres',
        url,
        schema,
        synchronize: true,
        logging: false,
        // what is committed is seen by everybody at once; only a crash of the server could take it back
        extra: { options: '-c synchronous_commit=off' },
      },
      drop: () => run(`DROP SCHEMA ${schema} CASCADE`),
    };
  },

  async mariadb(): Promise<TestDatabase> {
    const url = inject('mysql');
    if (!url) throw new Error('MariaDB does not answer');
    const name = `phone_auth_${randomBytes(6).toString('hex')}`;
    const run = async (statement: string) => {
      const connection = await createConnection(url);
      await connection.query(statement);
      await connection.end();
    };
    await run(`CREATE DATABASE ${name}`);
    const own = new URL(name, url).href;
    return {
      options: { type: 'mariadb', url: own, synchronize: true, logging: false },
      drop: () => run(`DROP DATABASE ${name}`),
    };
  },
};

export type DatabaseName = keyof typeof databases;
export type AdapterName = 'express' | 'fastify';

/** The databases that answer here. */
export const databaseNames: DatabaseName[] = [
  'sqlite',
  ...(inject('postgres') ? (['postgres'] as const) : []),
  ...(inject('mysql') ? (['mariadb'] as const) : []),
];

/** Each pair makes every suite longer, and making a database is slowest on MariaDB: it comes with one adapter. */
const adaptersWith = (database: DatabaseName): AdapterName[] =>
  database === 'mariadb' ? ['express'] : ['express', 'fastify'];

/** Every adapter with every database, but for what {@link adaptersWith} leaves out. */
export const platforms = databaseNames.flatMap((database) =>
  adaptersWith(database).map((adapter) => ({
    adapter,
    database,
    name: `${adapter}, ${database}`,
  })),
);

/**
 * Every adapter and every database, but not each pair of them: for suites of what the module does. How it is attacked is
 * shown on all `platforms`.
 */
export const everyAdapterAndDatabase = platforms.filter(({ adapter, database }) => {
  const own = databaseNames.indexOf(database) % 2 === 0 ? 'express' : 'fastify';
  return adapter === own || databaseNames.length === 1;
});

export const makeDatabase = (name: DatabaseName): Promise<TestDatabase> => databases[name]();

export function makeAdapter(name: AdapterName, trustProxy = false) {
  if (name === 'fastify') return new FastifyAdapter({ trustProxy });
  const express = new ExpressAdapter();
  express.set('trust proxy', trustProxy);
  return express;
}

/** Messages to a number as fast as a test asks for them. What is about those limits sets its own. */
const ROOMY = { resendDelays: false, limits: { sends: false, pumping: false } } as const;

/** An application of its own on one of the platforms, with its own database, gone when it is closed. */
export async function startOn(
  { adapter, database }: { adapter: AdapterName; database: DatabaseName },
  {
    trustProxy,
    override,
    options,
    ...rest
  }: Omit<TestAppOptions, 'adapter' | 'database'> & { trustProxy?: boolean } = {},
): Promise<TestApp> {
  const own = await makeDatabase(database);
  const test = await createTestApp({
    ...rest,
    options: { ...ROOMY, ...options },
    adapter: makeAdapter(adapter, trustProxy),
    database: own.options,
    override: (builder) => (override?.(builder) ?? builder).setLogger(testLogger()),
  });
  return {
    ...test,
    close: async () => {
      await test.close();
      await own.drop();
    },
  };
}

/** Many tests provoke failures that the module logs; PHONE_AUTH_TEST_LOG=1 shows them. */
export function testLogger(): ConsoleLogger {
  const logger = new ConsoleLogger();
  if (!process.env['PHONE_AUTH_TEST_LOG']) logger.setLogLevels([]);
  return logger;
}
