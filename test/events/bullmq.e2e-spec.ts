import { randomUUID } from 'node:crypto';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Provider } from '@nestjs/common';
import { type Job, Queue, Worker } from 'bullmq';
import { EventSink, type PhoneAuthEvent } from 'nestjs-phone-auth';
import { BullMqEventSink } from 'nestjs-phone-auth/bullmq';
import { createTestApp, type TestApp } from 'nestjs-phone-auth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { gate } from '../support/gate.js';
import { RedisServer } from '../support/redis-server.js';

const NAME = 'phone-auth-events';
const redis = inject('redis');
beforeEach(() => {
  emitted = [];
});

/** Keys of one test alone. */
const freshPrefix = () => `phone-auth-test-${randomUUID()}`;

/** What the module has told. */
let emitted: PhoneAuthEvent[] = [];
class Counted extends BullMqEventSink {
  override emit(event: PhoneAuthEvent): Promise<void> {
    emitted.push(event);
    return super.emit(event);
  }
}

/** An application whose events go into a queue that Nest opens and closes. */
function start(connection: { host: string; port: number }, prefix: string, consumers: Provider[] = []) {
  const registered = BullModule.registerQueue({ name: NAME, connection, prefix });
  return createTestApp({
    options: {
      rateLimit: false,
      resendDelays: false,
      imports: [registered],
      providers: [
        {
          provide: EventSink,
          inject: [getQueueToken(NAME)],
          useFactory: (queue: Queue) =>
            new Counted(queue, { job: { backoff: { type: 'fixed', delay: 20 } } }),
        },
      ],
    },
    metadata: { imports: consumers.length > 0 ? [registered] : [], providers: consumers },
  });
}

describe.runIf(redis)('events in a queue', () => {
  const { hostname: host, port } = new URL(redis ?? 'redis://localhost:1');
  const connection = { host, port: Number(port || 6379) };
  const prefix = freshPrefix();
  const runs: PhoneAuthEvent[] = [];
  const done: PhoneAuthEvent[] = [];
  let failures = 0;
  let t: TestApp;

  @Processor({ name: NAME }, { prefix })
  class Consumer extends WorkerHost {
    override process({ data }: Job<PhoneAuthEvent>): Promise<void> {
      runs.push(data);
      if (failures > 0) {
        failures -= 1;
        return Promise.reject(new Error('the consumer has a bad day'));
      }
      done.push(data);
      return Promise.resolve();
    }
  }

  beforeAll(async () => {
    t = await start(connection, prefix, [Consumer]);
  });
  afterEach(() => {
    runs.length = 0;
    done.length = 0;
  });
  afterAll(async () => {
    const queue = t.app.get<Queue>(getQueueToken(NAME), { strict: false });
    await queue.obliterate({ force: true });
    await t.close();
  });

  it('R62 are jobs with the name of the event, and hold neither number nor code', async () => {
    const phoneNumber = freshNumber();
    const code = await api(t).codeFor(phoneNumber);
    await expect.poll(() => done).toContainEqual(expect.objectContaining({ type: 'code.sent' }));
    expect(done).toEqual(emitted);
    expect(JSON.stringify(done)).not.toContain(phoneNumber.slice(1));
    expect(done.flatMap((event) => Object.values(event))).not.toContain(code);
  });

  it('a processor that fails is run again with the same event, until it does not', async () => {
    failures = 2;
    await api(t).codeFor(freshNumber());
    await t.settled();
    await expect.poll(() => done.length).toBe(emitted.length);
    expect(runs).toHaveLength(emitted.length + 2);
    expect(done).toEqual(expect.arrayContaining(emitted));
  });
});

describe.runIf(redis)('a shutdown', () => {
  const { hostname: host, port } = new URL(redis ?? 'redis://localhost:1');
  const connection = { host, port: Number(port || 6379) };

  it('S4.50 waits for the event of a message that is on its way, before the queue is closed', async () => {
    const prefix = freshPrefix();
    const t = await start(connection, prefix);
    const held = gate();
    vi.spyOn(t.inbox, 'send').mockImplementationOnce(() => held.pass());
    await api(t).sendOtp(freshNumber()).expect(200);
    await held.reached;
    const closed = t.close();
    held.open();
    await closed;

    const queue = new Queue(NAME, { connection, prefix });
    const jobs = (await queue.getJobs()).map(({ name }) => name);
    expect(jobs).toContain('code.sent');
    expect(jobs.sort()).toEqual(emitted.map(({ type }) => type).sort());
    await queue.obliterate({ force: true });
    await queue.close();
  });
});

describe.runIf(inject('redisServer'))('a Redis that stops and comes back', () => {
  let server: RedisServer;
  let t: TestApp;
  beforeAll(async () => {
    server = await RedisServer.start();
    t = await start({ host: '127.0.0.1', port: server.port }, freshPrefix());
    t.app.get<Queue>(getQueueToken(NAME), { strict: false }).on('error', () => undefined);
  });
  afterAll(async () => {
    await t.close();
    await server.remove();
  });

  it('touches no request: people sign in while it is down, and every event is a job once it is back', async () => {
    await api(t).codeFor(freshNumber());
    await t.settled();
    const earlier = emitted.length;
    await server.down();
    const before = performance.now();
    const phoneNumber = freshNumber();
    await api(t).sendOtp(phoneNumber).expect(200);
    await expect.poll(() => t.inbox.messagesFor(phoneNumber).length).toBe(1);
    await api(t).verify(phoneNumber, t.inbox.lastCodeFor(phoneNumber)).expect(200);
    expect(performance.now() - before).toBeLessThan(5_000);

    await server.up();
    await t.settled();
    const seen: PhoneAuthEvent[] = [];
    const { name, opts } = t.app.get<Queue>(getQueueToken(NAME), { strict: false });
    const worker = new Worker(name, async ({ data }) => void seen.push(data), {
      connection: { host: '127.0.0.1', port: server.port },
      prefix: opts.prefix ?? '',
    });
    const during = emitted.slice(earlier);
    expect(during.map(({ type }) => type)).toContain('code.sent');
    // what was in the queue before went with the Redis, which keeps nothing
    await expect.poll(() => seen.length).toBe(during.length);
    expect(seen).toEqual(expect.arrayContaining(during));
    await worker.close();
  });
});
