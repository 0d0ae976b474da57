// What the limits cost: the same flows against an application with every limit on and one with every limit off, in turns.
// Both run in this process, on Fastify and one PostgreSQL (DATABASE_URL) or SQLite, and so does the client.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PhoneAuthModule } from 'nestjs-phone-auth';
import { Client } from 'pg';

const ROUNDS = Number(process.env.ROUNDS ?? 12);
const FLOWS = Number(process.env.FLOWS ?? 150);
const CONCURRENCY = 8;
const LIMIT = 1.25;

const url = process.env.DATABASE_URL;
const schema = 'phone_auth_bench';
const database = url ? { type: 'postgres', url, schema } : { type: 'better-sqlite3', database: ':memory:' };

// the client's addresses are made up below, and must count as anybody's
process.env.NODE_ENV = 'production';

const OFF = {
  rateLimit: false,
  resendDelays: false,
  limits: { guesses: false, sends: false, pumping: false, knownDevice: 0 },
};

const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });

/** @param {object} options @param {string} path */
async function start(options, path) {
  const codes = new Map();
  class BenchModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot({ ...database, autoLoadEntities: true, synchronize: true, logging: false }),
      PhoneAuthModule.forRoot({
        secret: 'a secret for the bench, which is long enough',
        path,
        numbers: { countries: ['US'] },
        sendOTP: ({ phoneNumber, code }) => codes.set(phoneNumber, code),
        ...options,
      }),
    ],
  })(BenchModule);
  const app = await NestFactory.create(BenchModule, new FastifyAdapter({ trustProxy: true }), {
    logger: false,
  });
  const server = await app.listen(0, '127.0.0.1');
  const { port } = server.address();
  return { app, codes, post: (route, body, from) => post(port, `/${path}${route}`, body, from) };
}

async function post(port, path, body, from) {
  const text = JSON.stringify(body);
  const call = request({
    agent,
    port,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'x-forwarded-for': from,
    },
  });
  call.end(text);
  const [answer] = await once(call, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`);
}

let people = 0;

/** One round: everybody asks for a code, then everybody gives it back. Milliseconds per request of each kind. */
async function round({ codes, post: send }) {
  const flows = Array.from({ length: FLOWS }, () => {
    people += 1;
    const digits = String((people * 7919) % 8_000_000).padStart(7, '0');
    const from = `${11 + (people % 80)}.${(people >> 8) % 256}.${people % 256}.7`;
    return { phoneNumber: `+1202${String(2_000_000 + Number(digits))}`, from };
  });
  const time = async (work) => {
    const started = performance.now();
    const queue = [...flows];
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        for (let flow = queue.pop(); flow; flow = queue.pop()) await work(flow);
      }),
    );
    return (performance.now() - started) / FLOWS;
  };
  const send_ = await time(({ phoneNumber, from }) => send('/phone-number/send-otp', { phoneNumber }, from));
  const verify = await time(({ phoneNumber, from }) =>
    send('/phone-number/verify', { phoneNumber, code: codes.get(phoneNumber) }, from),
  );
  return { send: send_, verify };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function inPostgres(statement) {
  if (!url) return;
  const client = new Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

await inPostgres(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
const on = await start({}, 'on');
const off = await start(OFF, 'off');
await round(on);
await round(off);

const ratios = { send: [], verify: [] };
const times = { on: { send: [], verify: [] }, off: { send: [], verify: [] } };
for (let i = 0; i < ROUNDS; i += 1) {
  process.stdout.write(`\rround ${i + 1} of ${ROUNDS}`);
  // who goes first changes, so that neither always has the warmer or the colder machine
  const pair = i % 2 === 0 ? ['on', 'off'] : ['off', 'on'];
  const result = {};
  for (const which of pair) result[which] = await round(which === 'on' ? on : off);
  for (const step of ['send', 'verify']) {
    ratios[step].push(result.on[step] / result.off[step]);
    for (const which of pair) times[which][step].push(result[which][step]);
  }
}
process.stdout.write('\r');
await Promise.all([on.app.close(), off.app.close()]);
agent.destroy();
await inPostgres(`DROP SCHEMA ${schema} CASCADE`);

const kind = url ? 'PostgreSQL' : 'SQLite';
console.log(
  `What the limits cost: Fastify, ${kind}, ${ROUNDS} paired rounds of ${FLOWS} flows, ${CONCURRENCY} at once`,
);
let failed = false;
for (const step of ['send', 'verify']) {
  const ratio = median(ratios[step]);
  // in memory there is no way to a database beside which the limits could be small
  const verdict = url ? `(goal: at most ${LIMIT}) ${ratio > LIMIT ? 'MISSED' : 'met'}` : '';
  failed ||= url !== undefined && ratio > LIMIT;
  console.log(
    `${step.padEnd(7)} off ${median(times.off[step]).toFixed(3)} ms   on ${median(times.on[step]).toFixed(3)} ms   ` +
      `ratio ${ratio.toFixed(2)} ${verdict}`,
  );
}
if (failed) process.exitCode = 1;
