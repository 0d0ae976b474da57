import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { kavachos, PhoneAuthModule, PhoneAuthService } from 'nestjs-phone-auth';
import { createTestApp, type TestApp } from 'nestjs-phone-auth/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { api, freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, makeAdapter, startOn } from '../support/platforms.js';

const secret = 'a secret of the host that is long enough';
const preset = () => kavachos({ onSendCode: () => {} });

const hostWith = (phoneAuth: ReturnType<typeof PhoneAuthModule.forRoot>) => {
  const database = TypeOrmModule.forRoot({
    type: 'better-sqlite3',
    database: ':memory:',
    synchronize: true,
    autoLoadEntities: true,
  });
  @Module({ imports: [database, phoneAuth] })
  class HostModule {}
  return HostModule;
};

describe.each(['express', 'fastify'] as const)('dialects under %s', (adapter) => {
  let t: TestApp;
  afterEach(() => t.close());

  const start = async (phoneAuth: ReturnType<typeof PhoneAuthModule.forRoot>) => {
    t = await createTestApp({ module: hostWith(phoneAuth), adapter: makeAdapter(adapter) });
    return api(t);
  };
  const send = (client: ReturnType<typeof api>) => client.post('/phone/send-code', { phone: freshNumber() });

  it('K2 are not mounted unless they are named', async () => {
    const client = await start(PhoneAuthModule.forRoot({ secret }));
    expect((await send(client)).status).toBe(404);
  });

  it('K2 forRoot: a preset names its dialect, and the phone-number dialect stays', async () => {
    const client = await start(PhoneAuthModule.forRoot({ secret, ...preset() }));
    expect((await send(client)).status).toBe(200);
    expect((await client.sendOtp(freshNumber())).status).toBe(200);
  });

  it('K2 forRootAsync: the dialect stands beside the factory, which may use the preset', async () => {
    const client = await start(
      PhoneAuthModule.forRootAsync({
        dialects: ['kavachos'],
        useFactory: () => ({ secret, ...preset() }),
      }),
    );
    expect((await send(client)).status).toBe(200);
  });

  it('K2 controllers: false mounts none, and a factory may use the preset all the same', async () => {
    const client = await start(
      PhoneAuthModule.forRootAsync({ controllers: false, useFactory: () => ({ secret, ...preset() }) }),
    );
    expect((await send(client)).status).toBe(404);
    expect(await t.app.get(PhoneAuthService).sendOtp({ phoneNumber: freshNumber() })).toMatchObject({
      expiresIn: 300,
    });
  });

  it('S2.23 a body that cannot be read is answered by the module on the routes of a dialect too', async () => {
    const client = await start(PhoneAuthModule.forRoot({ secret, ...preset() }));
    const broken = await client.post('/phone/send-code', '{', { 'content-type': 'application/json' });
    expect([broken.status, broken.body.code]).toEqual([400, 'BAD_REQUEST']);
    const large = await client.post('/phone/verify-code', { phone: 'x'.repeat(2_000_000) });
    expect([large.status, large.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});

describe('dialects at boot', () => {
  it.each([
    [['kavachas'], /dialects is \[ 'kavachas' \]: use a list of 'kavachos'/],
    ['kavachos', /dialects is 'kavachos': use a list of 'kavachos'/],
  ])('refuses %o', (dialects, sentence) => {
    const options = { secret, dialects: dialects as ['kavachos'] };
    expect(() => PhoneAuthModule.forRoot(options)).toThrow(sentence);
    expect(() =>
      PhoneAuthModule.forRootAsync({ useFactory: () => ({ secret }), dialects: options.dialects }),
    ).toThrow(sentence);
  });

  it('refuses a dialect that a factory alone has named, and says where it belongs', async () => {
    const module = hostWith(PhoneAuthModule.forRootAsync({ useFactory: () => ({ secret, ...preset() }) }));
    await expect(createTestApp({ module })).rejects.toThrow(
      /dialects is made by a factory alone: put dialects: \['kavachos'\] beside useFactory/,
    );
  });
});

describe.each(everyAdapterAndDatabase)('one action in two dialects on $name', (platform) => {
  let t: TestApp;
  afterEach(() => t.close());

  const start = async (options: NonNullable<Parameters<typeof startOn>[1]>['options'] = {}) => {
    t = await startOn(platform, { options: { ...preset(), ...options } });
    return api(t);
  };
  type Client = ReturnType<typeof api>;
  /** The two ways to ask for a code, and to give it back, one after the other. */
  const inTurns = async (
    times: number,
    ways: readonly ((client: Client) => PromiseLike<{ status: number }>)[],
  ) => {
    const client = api(t);
    const seen = [];
    for (let i = 0; i < times; i++) seen.push((await ways[i % ways.length]?.(client))?.status);
    return seen;
  };

  it('R14 requests are counted together, by address', async () => {
    await start({ rateLimit: { window: 60_000, max: 4 } });
    const seen = await inTurns(5, [
      (client) => client.post('/phone/send-code', { phone: freshNumber() }),
      (client) => client.sendOtp(freshNumber()),
    ]);
    expect(seen).toEqual([200, 200, 200, 200, 429]);
  });

  it('R14 and by number, from whatever address, under either name of the field', async () => {
    t = await startOn(platform, {
      trustProxy: true,
      options: { ...preset(), rateLimit: { window: 60_000, max: 4 } },
    });
    const phoneNumber = freshNumber();
    let address = 0;
    const elsewhere = () => ({ 'x-forwarded-for': `192.0.2.${(address += 1)}` });
    const seen = await inTurns(6, [
      (client) => client.post('/phone/send-code', { phone: phoneNumber }, elsewhere()),
      (client) => client.sendOtp(phoneNumber, elsewhere()),
      (client) => client.post('/phone/send-code', { phoneNumber }, elsewhere()),
    ]);
    expect(seen).toEqual([200, 200, 200, 200, 429, 429]);
    // the number that counts is the one that the code goes to
    const other = { phone: phoneNumber, phoneNumber: freshNumber() };
    expect((await api(t).post('/phone/send-code', other, elsewhere())).status).toBe(429);
  });

  it('R14 rateLimit.routes names an action, in whatever dialect', async () => {
    await start({ rateLimit: { routes: { 'send-otp': { max: 2 } } } });
    const seen = await inTurns(3, [
      (client) => client.post('/phone/send-code', { phone: freshNumber() }),
      (client) => client.sendOtp(freshNumber()),
    ]);
    expect(seen).toEqual([200, 200, 429]);
  });

  it('R14 guesses are counted together: tries in the one use up the code of the other', async () => {
    const client = await start({ rateLimit: false, allowedAttempts: 2 });
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    await client.post('/phone/verify-code', { phone: phoneNumber, code: wrong(code) }).expect(401);
    expect((await client.verify(phoneNumber, wrong(code))).body.attemptsRemaining).toBe(0);
    const late = await client.post('/phone/verify-code', { phone: phoneNumber, code });
    expect([late.status, late.body.code]).toEqual([401, 'INVALID_CODE']);
  });

  it('R14 messages are counted together: the ledger of a number knows no dialects', async () => {
    const client = await start({
      rateLimit: false,
      limits: { sends: {}, pumping: false },
      resendDelays: false,
    });
    const phoneNumber = freshNumber();
    const seen = await inTurns(6, [
      () => client.post('/phone/send-code', { phone: phoneNumber }),
      () => client.sendOtp(phoneNumber),
    ]);
    expect(seen).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
