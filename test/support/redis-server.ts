import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { inject } from 'vitest';

/** A Redis of a suite's own, on loopback, that can go down and come back. It keeps nothing. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly more: readonly string[],
  ) {}

  static async start(...more: string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'phone-auth-redis-'));
    const server = new RedisServer(await freePort(), folder, more);
    await server.up();
    return server;
  }

  /** A Cluster of one node that owns every slot. */
  static async startCluster(): Promise<RedisServer> {
    // its second port would be the first and 10000, which has to exist; and nobody tells it its own address
    const port = await freePort();
    const server = await RedisServer.start(
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      `${port}`,
      '--cluster-announce-ip',
      '127.0.0.1',
    );
    await server.ask(async (redis) => {
      await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
      while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) await delay(50);
    });
    return server;
  }

  async up(): Promise<void> {
    const command = inject('redisServer');
    if (!command) throw new Error('redis-server is not installed');
    const options = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    this.process = spawn(command, [...options, '--appendonly', 'no', ...this.more], { stdio: 'ignore' });
    const { process: started } = this;
    // a test run that is broken off leaves nothing behind
    process.once('exit', () => started.kill('SIGKILL'));
    await this.ask((redis) => redis.ping());
  }

  /** Ends without a good-bye. */
  async down(): Promise<void> {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits until the server is there. */
  private async ask<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.port, '127.0.0.1', {
      retryStrategy: () => 20,
      maxRetriesPerRequest: 250,
    });
    redis.on('error', () => undefined);
    try {
      return await run(redis);
    } finally {
      redis.disconnect();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
