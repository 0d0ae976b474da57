import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a Redis that answers, or `null`. */
    redis: string | null;
    /** The command that starts a Redis, or `null`. */
    redisServer: string | null;
  }
}

const CANDIDATES = process.env['PHONE_AUTH_TEST_REDIS']?.split(',') ?? ['redis://127.0.0.1:6379'];
const COMMAND = 'redis-server';

/** Looks once for a Redis, and for the command to start more. PHONE_AUTH_REQUIRE_DATABASES=1 makes a missing one an error. */
export default async function findRedis(project: TestProject): Promise<void> {
  const [redis, server] = await Promise.all([firstThatAnswers(), isInstalled()]);
  if (!redis) {
    complain(
      `Redis does not answer (tried ${CANDIDATES.join(', ')}): its suites are left out. Set PHONE_AUTH_TEST_REDIS to run them.`,
    );
  }
  if (!server) {
    complain(
      `${COMMAND} is not installed: the suites on a Cluster, and on a Redis that stops, are left out.`,
    );
  }
  project.provide('redis', redis);
  project.provide('redisServer', server ? COMMAND : null);
}

function complain(message: string): void {
  if (process.env['PHONE_AUTH_REQUIRE_DATABASES']) throw new Error(message);
  console.warn(`\n${message}\n`);
}

async function firstThatAnswers(): Promise<string | null> {
  for (const url of CANDIDATES) {
    const client = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.ping();
      return url;
    } catch {
      continue;
    } finally {
      client.disconnect();
    }
  }
  return null;
}

const isInstalled = () =>
  promisify(execFile)(COMMAND, ['--version']).then(
    () => true,
    () => false,
  );
