// Better Auth and this package side by side: `npm run bench`. Every server is a process of its own with a database of its own;
// they are driven in turns from here, so that whatever the machine does, it does to all of them.
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { writeChart } from './chart.mjs';
import { postgresDatabase, sqliteDatabase } from './databases.mjs';
import { median, percentile, round, table } from './figures.mjs';
import { accessToken, flows, getMine, getSession, inTurn, phases, send, somebody, verify } from './flows.mjs';
import { goal, missed, notMeasured } from './goals.mjs';
import { growth } from './growth.mjs';
import { ServerProcess } from './server-process.mjs';
import { countingProxy } from './statements.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const FLOWS = Number(process.env.FLOWS ?? 400);
const AT_ONCE = 32;
const FLOWS_FOR_MEMORY = Number(process.env.FLOWS_FOR_MEMORY ?? 10_000);
const STARTS = 5;

const SERVERS = {
  'better-auth': { file: 'better-auth/server.mjs', title: 'Better Auth, node:http' },
  fastify: {
    file: 'servers/ours.mjs',
    env: { ADAPTER: 'fastify' },
    title: 'this package, Nest + Fastify',
    ours: true,
  },
  express: {
    file: 'servers/ours.mjs',
    env: { ADAPTER: 'express' },
    title: 'this package, Nest + Express',
    ours: true,
  },
  'floor-fastify': {
    file: 'servers/floor.mjs',
    env: { ADAPTER: 'fastify' },
    title: 'the floor, Nest + Fastify',
  },
  'floor-express': {
    file: 'servers/floor.mjs',
    env: { ADAPTER: 'express' },
    title: 'the floor, Nest + Express',
  },
};

const say = (what) => process.stderr.write(`${what}\n`);

/** Drives servers in turns. @returns per server: flows per second and requests per second by kind, one figure a round, and every time */
async function compare(servers) {
  const results = Object.fromEntries(
    Object.keys(servers).map((name) => [
      name,
      { flows: [], send: [], verify: [], session: [], times: { send: [], verify: [], session: [] } },
    ]),
  );
  for (const server of Object.values(servers)) await flows(server, FLOWS / 4, AT_ONCE);
  for (let i = 0; i < ROUNDS; i += 1) {
    say(`  round ${i + 1} of ${ROUNDS}`);
    // who goes first changes, so that nobody always has the warmer or the colder machine
    const names = Object.keys(servers);
    for (const name of [...names.slice(i % names.length), ...names.slice(0, i % names.length)]) {
      const result = results[name];
      const { perSecond, times } = await flows(servers[name], FLOWS, AT_ONCE);
      result.flows.push(perSecond);
      for (const kind of Object.keys(times)) result.times[kind].push(...times[kind]);
      const rates = await phases(servers[name], FLOWS, AT_ONCE);
      for (const kind of Object.keys(rates)) result[kind].push(rates[kind]);
    }
  }
  return results;
}

/** The median of what each round says. */
const ratio = (ours, theirs) => median(ours.map((value, i) => value / theirs[i]));

async function startAll(names, makeDatabase) {
  const databases = [];
  const servers = {};
  for (const name of names) {
    const { file, env } = SERVERS[name];
    const database = await makeDatabase(name.replace('-', '_'));
    databases.push(database);
    servers[name] = await ServerProcess.start(file, { ...env, ...database.env });
  }
  return {
    servers,
    stop: async () => {
      for (const server of Object.values(servers)) await server.stop();
      for (const database of databases) await database.drop();
    },
  };
}

function print(title, results, names) {
  const base = results['better-auth'];
  const times = (name, kind) =>
    [0.5, 0.99].map((share) => round(percentile(results[name].times[kind], share), 1)).join(' / ');
  console.log(`\n${title}: ${ROUNDS} rounds of ${FLOWS} flows, ${AT_ONCE} at once, ${cpus().length} cores\n`);
  console.log(
    table([
      ['', 'flows/s', 'flows', 'send', 'verify', 'session', 'send ms', 'verify ms', 'session ms'],
      ...names.map((name) => [
        SERVERS[name].title,
        round(median(results[name].flows), 0),
        ...['flows', 'send', 'verify', 'session'].map(
          (kind) => `${round(ratio(results[name][kind], base[kind]))}×`,
        ),
        ...['send', 'verify', 'session'].map((kind) => times(name, kind)),
      ]),
    ]),
  );
  console.log(
    '\n× is against Better Auth in the same round; milliseconds are the 50th and the 99th percentile.\n',
  );
}

async function onPostgres() {
  say('PostgreSQL');
  const names = Object.keys(SERVERS);
  const { servers, stop } = await startAll(names, postgresDatabase);
  try {
    const results = await compare(servers);
    print('PostgreSQL', results, names);
    const of = (ours, kind) => ratio(results[ours][kind], results['better-auth'][kind]);
    goal('flows on Fastify against Better Auth', of('fastify', 'flows'), 'at least', 8);
    goal('flows on Express against Better Auth', of('express', 'flows'), 'at least', 5);
    goal('verify on Fastify', of('fastify', 'verify'), 'at least', 8);
    goal('send on Fastify', of('fastify', 'send'), 'at least', 5);
    goal('get-session by cookie on Fastify', of('fastify', 'session'), 'at least', 5);
    await byAccessToken(servers);
    for (const adapter of ['fastify', 'express'])
      goal(
        `distance to the floor on ${adapter}`,
        ratio(results[`floor-${adapter}`].flows, results[adapter].flows),
        'at most',
        1.25,
      );
    await writeChart(
      fileURLToPath(new URL('flows.svg', import.meta.url)),
      'Sign-ins per second on PostgreSQL, against Better Auth',
      names.map((name) => ({
        name: SERVERS[name].title,
        value: of(name, 'flows'),
        ours: SERVERS[name].ours,
      })),
    );
  } finally {
    await stop();
  }
}

/** A route that an access JWT opens, against Better Auth's session by cookie: the same question, answered without a database. */
async function byAccessToken({ fastify, 'better-auth': theirs }) {
  const crowd = Array.from({ length: FLOWS }, somebody);
  for (const server of [fastify, theirs]) {
    await inTurn(crowd, AT_ONCE, (person) => send(server, person));
    await inTurn(crowd, AT_ONCE, (person) => verify(server, person));
    if (server === fastify) await inTurn(crowd, AT_ONCE, (person) => accessToken(server, person));
  }
  const ratios = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const byToken = await inTurn(crowd, AT_ONCE, (person) => getMine(fastify, person));
    ratios.push((await inTurn(crowd, AT_ONCE, (person) => getSession(theirs, person))) / byToken);
  }
  goal('a session by access JWT on Fastify', median(ratios), 'at least', 15);
}

async function onSqlite() {
  say('SQLite');
  const names = ['better-auth', 'fastify', 'express'];
  const { servers, stop } = await startAll(names, sqliteDatabase);
  try {
    const results = await compare(servers);
    print('SQLite', results, names);
    goal(
      'flows on SQLite, Fastify',
      ratio(results.fastify.flows, results['better-auth'].flows),
      'at least',
      5,
    );
  } finally {
    await stop();
  }
}

/** What one request asks of PostgreSQL, BEGIN and COMMIT included, and what is asked after the answer. */
async function statements() {
  say('Statements');
  const rows = [['statements per request', 'send', 'verify', 'session']];
  for (const name of ['better-auth', 'fastify', 'floor-fastify']) {
    const { file, env, title } = SERVERS[name];
    const database = await postgresDatabase('statements');
    const proxy = await countingProxy(database.url);
    const server = await ServerProcess.start(file, { ...env, ...database.env, DATABASE_URL: proxy.url });
    await flows(server, 40, 1);
    const counted = async (work) => {
      proxy.taken();
      await work();
      // what is left for after the answer
      await new Promise((resolve) => setTimeout(resolve, 300));
      return proxy.taken();
    };
    const person = somebody();
    const counts = [];
    for (const step of [send, verify, getSession]) counts.push(await counted(() => step(server, person)));
    rows.push([title, ...counts]);
    await server.stop();
    proxy.close();
    await database.drop();
  }
  console.log(`\n${table(rows)}\n\nThe number is new: verify signs up.\n`);
}

/** Memory after many flows, and the time from the start of the process to the first answer. */
async function memoryAndStart() {
  say(`Memory after ${FLOWS_FOR_MEMORY} flows, and start`);
  const contenders = {
    'Better Auth in Nest': { file: 'better-auth/in-nest.mjs' },
    'this package in Nest': SERVERS.express,
    'this package in Nest, Fastify': SERVERS.fastify,
  };
  const figures = {};
  for (const [title, { file, env }] of Object.entries(contenders)) {
    const starts = [];
    for (let i = 0; i < STARTS; i += 1) {
      const database = await postgresDatabase('start');
      // tables stand already where an application starts again
      await (await ServerProcess.start(file, { ...env, ...database.env })).stop();
      const server = await ServerProcess.start(file, { ...env, ...database.env, KEEP_SCHEMA: '1' });
      starts.push(server.startedIn);
      if (i === STARTS - 1) {
        await flows(server, FLOWS_FOR_MEMORY, AT_ONCE);
        figures[title] = { start: median(starts), memory: (await server.memory()) / 2 ** 20 };
      }
      await server.stop();
      await database.drop();
    }
    say(`  ${title}`);
  }
  console.log(
    `\n${table([
      ['', 'start to first answer', `memory after ${FLOWS_FOR_MEMORY} flows`],
      ...Object.entries(figures).map(([title, { start, memory }]) => [
        title,
        `${round(start, 0)} ms`,
        `${round(memory, 0)} MiB`,
      ]),
    ])}\n`,
  );
  const theirs = figures['Better Auth in Nest'];
  const ours = figures['this package in Nest'];
  goal('memory against Better Auth in Nest (Express)', ours.memory / theirs.memory, 'at most', 0.7);
  goal('start against Better Auth in Nest (Express)', ours.start / theirs.start, 'at most', 0.8);
}

async function twoProcesses() {
  say('Two processes');
  const cores = cpus().length;
  if (cores < 6) {
    notMeasured(
      'two processes on one PostgreSQL, at least 1.7× one',
      `as ${cores} cores do not hold two servers, PostgreSQL and the driver`,
    );
    return;
  }
  const database = await postgresDatabase('two');
  const env = { ...SERVERS.fastify.env, ...database.env };
  const servers = [
    await ServerProcess.start('servers/ours.mjs', env),
    await ServerProcess.start('servers/ours.mjs', env),
  ];
  const ratios = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const one = await flows(servers[i % 2], FLOWS, AT_ONCE);
    const both = await Promise.all(servers.map((server) => flows(server, FLOWS, AT_ONCE)));
    ratios.push(both.reduce((sum, { perSecond }) => sum + perSecond, 0) / one.perSecond);
  }
  goal('two processes on one PostgreSQL', median(ratios), 'at least', 1.7);
  for (const server of servers) await server.stop();
  await database.drop();
}

const PARTS = {
  postgres: onPostgres,
  sqlite: onSqlite,
  statements,
  memory: memoryAndStart,
  growth,
  two: twoProcesses,
};
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) await part();
}
if (missed() > 0) process.exitCode = 1;
