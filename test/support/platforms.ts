import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { createTestApp, type TestApp, type TestAppOptions } from 'nestjs-phone-auth/testing';
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
      options: { type: 'postgres', url, schema, synchronize: true, logging: false },
      drop: () => run(`DROP SCHEMA ${schema} CASCADE`),
    };
  },
};

export type DatabaseName = keyof typeof databases;
export type AdapterName = 'express' | 'fastify';

/** The databases that answer here. */
export const databaseNames: DatabaseName[] = inject('postgres') ? ['sqlite', 'postgres'] : ['sqlite'];

/** Every adapter with every database: what a suite that goes over HTTP runs on. */
export const platforms = databaseNames.flatMap((database) =>
  (['express', 'fastify'] as AdapterName[]).map((adapter) => ({
    adapter,
    database,
    name: `${adapter}, ${database}`,
  })),
);

export const makeDatabase = (name: DatabaseName): Promise<TestDatabase> => databases[name]();

export const makeAdapter = (name: AdapterName) =>
  name === 'express' ? new ExpressAdapter() : new FastifyAdapter();

/** An application of its own on one of the platforms, with its own database, gone when it is closed. */
export async function startOn(
  { adapter, database }: { adapter: AdapterName; database: DatabaseName },
  options: Omit<TestAppOptions, 'adapter' | 'database'> = {},
): Promise<TestApp> {
  const own = await makeDatabase(database);
  const test = await createTestApp({ ...options, adapter: makeAdapter(adapter), database: own.options });
  return {
    ...test,
    close: async () => {
      await test.close();
      await own.drop();
    },
  };
}
