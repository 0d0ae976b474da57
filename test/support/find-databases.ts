import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL that answers, or `null`. */
    postgres: string | null;
  }
}

const CANDIDATES = process.env['PHONE_AUTH_TEST_POSTGRES']?.split(',') ?? [
  'postgres://postgres@127.0.0.1:5432/test',
  'postgres://root@127.0.0.1:5432/test',
];

/** Looks once for the databases that suites can run on. PHONE_AUTH_REQUIRE_DATABASES=1 makes a missing one an error. */
export default async function findDatabases(project: TestProject): Promise<void> {
  const postgres = await firstThatAnswers();
  if (!postgres) {
    const message = `PostgreSQL does not answer (tried ${CANDIDATES.join(', ')}): its suites are left out. Set PHONE_AUTH_TEST_POSTGRES to run them.`;
    if (process.env['PHONE_AUTH_REQUIRE_DATABASES']) throw new Error(message);
    console.warn(`\n${message}\n`);
  }
  project.provide('postgres', postgres);
}

async function firstThatAnswers(): Promise<string | null> {
  for (const url of CANDIDATES) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.query('SELECT 1');
      return url;
    } catch {
      continue;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return null;
}
