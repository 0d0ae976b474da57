// A database for every server, so that none inherits another's rows.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

const admin = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export async function inPostgres(url, ...statements) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

export async function postgresDatabase(name) {
  const database = `phone_auth_bench_${name}`;
  await inPostgres(admin, `DROP DATABASE IF EXISTS ${database}`, `CREATE DATABASE ${database}`);
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    env: { DATABASE_URL: url.href, SQLITE_FILE: undefined },
    drop: () => inPostgres(admin, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

export async function sqliteDatabase() {
  const folder = await mkdtemp(join(tmpdir(), 'phone-auth-bench-'));
  return {
    env: { SQLITE_FILE: join(folder, 'bench.sqlite'), DATABASE_URL: '' },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}
