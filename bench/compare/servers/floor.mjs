// The floor: the same routes in a Nest application, with the fewest statements that a correct implementation needs and nothing
// else. No limits, no checks of numbers, no events: what is between this and ours is what those cost.
import 'reflect-metadata';
import { createHash, createHmac, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Pool } from 'pg';
import { databaseUrl, listening, port, secret, sendOTP } from './listening.mjs';

const pool = new Pool({ connectionString: databaseUrl, max: 10 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS code (number text PRIMARY KEY, id text NOT NULL, mac text NOT NULL, attempts int NOT NULL, expires_at bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS person (id text PRIMARY KEY, number text UNIQUE NOT NULL, created_at bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS session (id text PRIMARY KEY, token_hash text UNIQUE NOT NULL, person_id text NOT NULL, expires_at bigint NOT NULL)`);

const mac = (number, id, code) =>
  createHmac('sha256', secret).update(`${number}|${id}|${code}`).digest('hex');
const hash = (token) => createHash('sha256').update(token).digest('hex');
const run = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const SEND = `
  INSERT INTO code VALUES ($1, $2, $3, 0, $4)
  ON CONFLICT (number) DO UPDATE SET id = $2, mac = $3, attempts = 0, expires_at = $4`;
const CHARGE = `
  UPDATE code SET attempts = attempts + 1 WHERE number = $1 AND attempts < 3 AND expires_at > $2 RETURNING id, mac`;
const USE = `
  WITH used AS (DELETE FROM code WHERE number = $1 AND id = $2 RETURNING 1),
    owner AS (INSERT INTO person SELECT $3, $1, $4 FROM used ON CONFLICT (number) DO UPDATE SET number = $1 RETURNING id, number),
    opened AS (INSERT INTO session SELECT $5, $6, owner.id, $7 FROM owner)
  SELECT * FROM owner`;
const READ = `
  SELECT person.id, person.number, session.expires_at FROM session JOIN person ON person.id = session.person_id
  WHERE session.token_hash = $1 AND session.expires_at > $2`;

class FloorController {
  async send({ phoneNumber }) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const id = randomUUID();
    await run('send', SEND, [phoneNumber, id, mac(phoneNumber, id, code), Date.now() + 300_000]);
    sendOTP({ phoneNumber, code });
    return { success: true };
  }

  async verify({ phoneNumber, code }, response) {
    const now = Date.now();
    const [charged] = await run('charge', CHARGE, [phoneNumber, now]);
    if (!charged) throw new Error('no code');
    const given = Buffer.from(mac(phoneNumber, charged.id, code));
    if (!timingSafeEqual(given, Buffer.from(charged.mac))) throw new Error('wrong code');
    const token = randomBytes(32).toString('base64url');
    const [user] = await run('use', USE, [
      phoneNumber,
      charged.id,
      randomUUID(),
      now,
      randomUUID(),
      hash(token),
      now + 604_800_000,
    ]);
    response.header('set-cookie', `session=${token}; Path=/; HttpOnly; SameSite=Lax`);
    return { status: true, token, user };
  }

  async session(cookie = '') {
    const [, token = ''] = /session=([^;]+)/.exec(cookie) ?? [];
    const [row] = await run('read', READ, [hash(token), Date.now()]);
    if (!row) throw new Error('no session');
    return { session: { expiresAt: row.expires_at }, user: { id: row.id, phoneNumber: row.number } };
  }
}
Controller('auth')(FloorController);
const { prototype } = FloorController;
const route = (name, ...decorators) => {
  for (const decorate of decorators)
    decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
};
route('send', Post('phone-number/send-otp'), HttpCode(200));
Body()(prototype, 'send', 0);
route('verify', Post('phone-number/verify'), HttpCode(200));
Body()(prototype, 'verify', 0);
Res({ passthrough: true })(prototype, 'verify', 1);
route('session', Get('get-session'));
Headers('cookie')(prototype, 'session', 0);

class FloorModule {}
Module({ controllers: [FloorController] })(FloorModule);

const { FastifyAdapter } = await import('@nestjs/platform-fastify');
const app =
  process.env.ADAPTER === 'fastify'
    ? await NestFactory.create(FloorModule, new FastifyAdapter(), { logger: false })
    : await NestFactory.create(FloorModule, { logger: false });
await app.listen(port, '127.0.0.1');
listening();
