import { createTestApp, FakeSmsProvider, type TestApp } from 'nestjs-phone-auth/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthMessage } from '../../src/sms/message.entity.js';
import { api, freshNumber } from '../support/api.js';
import { buildChild, type ChildApp, startChild } from '../support/child/start-child.js';
import { gate } from '../support/gate.js';
import { databaseNames, makeDatabase, type TestDatabase, testLogger } from '../support/platforms.js';

const secret = 'the secret that both processes have';

describe('a process that ends while a message is on its way', () => {
  let database: TestDatabase;
  let provider: FakeSmsProvider;
  let built: Awaited<ReturnType<typeof buildChild>>;
  let child: ChildApp;
  let survivor: TestApp;

  beforeAll(async () => {
    [database, provider, built] = await Promise.all([
      makeDatabase(databaseNames.includes('postgres') ? 'postgres' : 'sqlite'),
      FakeSmsProvider.start({ accepts: () => ({ status: 202 }), refuses: () => ({ status: 400 }) }),
      buildChild(),
    ]);
    survivor = await createTestApp({
      database: database.options,
      options: { secret, rateLimit: false },
      override: (builder) => builder.setLogger(testLogger()),
    });
  });
  afterAll(async () => {
    await survivor.close();
    await Promise.all([provider.close(), built.remove(), database.drop()]);
  });

  const start = async () => {
    provider.reset();
    const settings = {
      databases: [{ ...database.options, synchronize: false }],
      secret,
      provider: provider.url,
    };
    child = await startChild(built.main, settings);
    // the child's time is the machine's
    survivor.clock.advance({ milliseconds: Date.now() - survivor.clock.now() });
  };
  const ask = async (route: string, body: object) => {
    const answer = await fetch(`${child.urls[0]}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { challenge: string; token: string };
  };
  const requests = async (count: number) => {
    await expect.poll(() => provider.requests.length).toBe(count);
  };
  const stateOf = async (challenge: string) => {
    const answer = await api(survivor).get('/phone-number/delivery', { 'x-challenge': challenge });
    return (answer.body as { status: string }).status;
  };

  it('S4.50 SIGKILL loses that message and nothing else, and the person can ask again', async () => {
    await start();
    const [early, late] = [freshNumber(), freshNumber()];
    await ask('send-otp', { phoneNumber: early });
    await requests(1);
    const { token } = await ask('verify', {
      phoneNumber: early,
      code: provider.requests[0]?.fields['code'],
    });
    provider.behave('hang');
    const { challenge } = await ask('send-otp', { phoneNumber: late });
    await requests(2);
    await child.end('SIGKILL');

    const client = api(survivor);
    expect(await stateOf(challenge)).toBe('queued');
    await client.sendOtp(late).expect(429);
    survivor.clock.advance({ seconds: 20 });
    expect(await stateOf(challenge)).toBe('failed');
    await client.verify(late, await client.codeFor(late)).expect(200);
    const session = await client.get('/get-session', { authorization: `Bearer ${token}` });
    expect((session.body as { user: { phoneNumber: string } }).user.phoneNumber).toBe(early);
  });

  it('S4.50 SIGTERM waits for the message, and for what is kept of it', async () => {
    await start();
    const held = gate();
    provider.behave(async () => {
      await held.pass();
      return { status: 202 };
    });
    const { challenge } = await ask('send-otp', { phoneNumber: freshNumber() });
    await held.reached;
    const ended = child.end('SIGTERM');
    held.open();
    await ended;

    const [id = ''] = challenge.split('.');
    const rows = await survivor.app.get(DataSource).getRepository(PhoneAuthMessage).findBy({ id });
    expect(rows).toMatchObject([{ status: 'sent' }]);
  });
});
