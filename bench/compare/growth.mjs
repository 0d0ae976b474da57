// Whether size slows anything down: the same requests against an empty database and one with a million of everything.
import { inPostgres, postgresDatabase } from './databases.mjs';
import { median, percentile, round, table } from './figures.mjs';
import { flows } from './flows.mjs';
import { goal } from './goals.mjs';
import { ServerProcess } from './server-process.mjs';

const ROWS = Number(process.env.ROWS ?? 1_000_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const AT_ONCE = 8;

const hex = (text) => `encode(sha256(${text}::bytea), 'hex')`;

/** Users of numbers that the flows do not use, their sessions, and codes that were never used. */
const FILL = `
  INSERT INTO phone_auth_user (id, name, phone_number, phone_number_verified, email_verified, created_at, updated_at)
    SELECT 'grown-' || i, 'somebody', '+1303' || (2000000 + i), true, false, 0, 0 FROM generate_series(1, ${ROWS}) i;
  INSERT INTO phone_auth_session (id, token_hash, user_id, amr, remembered, expires_at, created_at, updated_at, ip_address, user_agent)
    SELECT 'grown-' || i, ${hex("('t' || i)")}, 'grown-' || i, 'sms', true, 0, 0, 0, '', '' FROM generate_series(1, ${ROWS}) i;
  INSERT INTO phone_auth_code (purpose, phone_number, id, message_id, mac, attempts, expires_at)
    SELECT 'sign-in', '+1303' || (2000000 + i), 'grown-' || i, 'grown-' || i, ${hex("('m' || i)")}, 0, 0 FROM generate_series(1, ${ROWS}) i;
  INSERT INTO phone_auth_message (id, attempt, status, provider, channel, created_at, updated_at)
    SELECT 'grown-' || i, 0, 'sent', '', 'sms', 0, 0 FROM generate_series(1, ${ROWS}) i;
  ANALYZE`;

export async function growth() {
  process.stderr.write(`Growth: ${ROWS} users, sessions, codes and messages\n`);
  const env = { ADAPTER: 'fastify' };
  const databases = { empty: await postgresDatabase('empty'), grown: await postgresDatabase('grown') };
  const servers = {};
  for (const name of Object.keys(databases))
    servers[name] = await ServerProcess.start(
      'servers/ours.mjs',
      { ...env, ...databases[name].env },
      AT_ONCE,
    );
  try {
    await inPostgres(databases.grown.url, ...FILL.split(';'));
    for (const server of Object.values(servers)) await flows(server, 200, AT_ONCE);
    const ratios = { send: [], verify: [], session: [] };
    const all = {
      empty: { send: [], verify: [], session: [] },
      grown: { send: [], verify: [], session: [] },
    };
    for (let i = 0; i < ROUNDS * 2; i += 1) {
      const times = {};
      for (const name of i % 2 ? ['empty', 'grown'] : ['grown', 'empty'])
        ({ times: times[name] } = await flows(servers[name], 200, AT_ONCE));
      for (const kind of Object.keys(ratios)) {
        ratios[kind].push(percentile(times.grown[kind], 0.5) / percentile(times.empty[kind], 0.5));
        for (const name of Object.keys(all)) all[name][kind].push(...times[name][kind]);
      }
    }
    const middle = (name, kind) => round(percentile(all[name][kind], 0.5), 2);
    console.log(
      `\n${table([
        ['50th percentile, ms', ...Object.keys(ratios)],
        ...Object.keys(all).map((name) => [name, ...Object.keys(ratios).map((kind) => middle(name, kind))]),
      ])}\n`,
    );
    for (const kind of Object.keys(ratios))
      goal(`${kind} with a million rows against none`, median(ratios[kind]), 'at most', 1.15);
  } finally {
    for (const server of Object.values(servers)) await server.stop();
    for (const database of Object.values(databases)) await database.drop();
  }
}
