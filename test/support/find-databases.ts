import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL that answers, or `null`. */
    postgres: string | null;
    /** Address of a MySQL or MariaDB that answers, or `null`. */
    mysql: string | null;
  }
}

/** Looks once for the databases that suites can run on. PHONE_AUTH_REQUIRE_DATABASES=1 makes a missing one an error. */
export default async function findDatabases(project: TestProject): Promise<void> {
  const [postgres, mysql] = await Promise.all([
    find('PostgreSQL', 'PHONE_AUTH_TEST_POSTGRES', askPostgres, [
      'postgres://postgres@127.0.0.1:5432/test',
      'postgres://root@127.0.0.1:5432/test',
    ]),
    find('MariaDB', 'PHONE_AUTH_TEST_MYSQL', askMysql, ['mysql://root@127.0.0.1:3306/test']),
  ]);
  project.provide('postgres', postgres);
  project.provide('mysql', mysql);
}

/** The first address that answers: of those in the environment, or else of the usual ones. */
async function find(
  name: string,
  variable: string,
  ask: (url: string) => Promise<void>,
  usual: readonly string[],
): Promise<string | null> {
  const candidates = process.env[variable]?.split(',') ?? usual;
  for (const url of candidates) {
    if (await ask(url).then(yes, no)) return url;
  }
  const message = `${name} does not answer (tried ${candidates.join(', ')}): its suites are left out. Set ${variable} to run them.`;
  if (process.env['PHONE_AUTH_REQUIRE_DATABASES']) throw new Error(message);
  console.warn(`\n${message}\n`);
  return null;
}

const yes = () => true;
const no = () => false;

async function askPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function askMysql(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
  await connection.query('SELECT 1');
  await connection.end();
}
