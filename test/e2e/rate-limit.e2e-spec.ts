import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { api, freshNumber, wrong } from '../support/api.js';
import { CapturingLogger } from '../support/capturing-logger.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';

describe.each(everyAdapterAndDatabase)('rate limit on $name', (platform) => {
  let t: TestApp;
  afterEach(() => t.close());

  const start = async (options: object = {}) => {
    t = await startOn(platform, { options });
    return api(t);
  };
  const statuses = async (times: number, send: () => PromiseLike<{ status: number }>) => {
    const seen = [];
    for (let i = 0; i < times; i++) seen.push((await send()).status);
    return seen;
  };

  it('S1.37, S5.6, 8.13 the eleventh request in 60 s on /phone-number/* is 429, counted over the group', async () => {
    const client = await start();
    const sends = await statuses(6, () => client.sendOtp(freshNumber()));
    const verifies = await statuses(4, () => client.verify(freshNumber(), '000000'));
    expect([...sends, ...verifies]).not.toContain(429);
    expect((await client.sendOtp(freshNumber())).status).toBe(429);
    expect((await client.verify(freshNumber(), '000000')).status).toBe(429);
  });

  it('S1.38 sign-in/phone-number is limited as well, in a bucket of its own', async () => {
    const client = await start();
    const signIn = () => client.post('/sign-in/phone-number', { phoneNumber: freshNumber(), code: '000000' });
    expect(await statuses(11, signIn)).toEqual([...Array<number>(10).fill(400), 429]);
    expect((await client.sendOtp(freshNumber())).status).toBe(200);
  });

  it('S1.39 rateLimit: { window: 30000, max: 3 }: the fourth within 30 s is 429, after 30 s it passes', async () => {
    const client = await start({ rateLimit: { window: 30_000, max: 3 } });
    const send = () => client.sendOtp(freshNumber());
    expect(await statuses(4, send)).toEqual([200, 200, 200, 429]);
    t.clock.advance({ milliseconds: 29_999 });
    expect((await send()).status).toBe(429);
    t.clock.advance({ milliseconds: 1 });
    expect((await send()).status).toBe(200);
  });

  it('S1.40 rateLimit: { window: 60000, max: 50 } passes 50', async () => {
    const client = await start({ rateLimit: { window: 60_000, max: 50 } });
    const phoneNumber = freshNumber();
    expect(await statuses(51, () => client.sendOtp(phoneNumber))).toEqual([
      ...Array<number>(50).fill(200),
      429,
    ]);
  });

  it('S1.41 rateLimit: false switches it off, and the attempts stay limited', async () => {
    const client = await start({ rateLimit: false });
    const phoneNumber = freshNumber();
    expect(await statuses(30, () => client.sendOtp(phoneNumber))).not.toContain(429);
    const code = t.inbox.lastCodeFor(phoneNumber);
    expect(await statuses(5, () => client.verify(phoneNumber, wrong(code)))).toEqual([
      400, 400, 400, 403, 400,
    ]);
  });

  it('S4.31, 8.15 a 429 has code RATE_LIMITED and the seconds to wait in the body and in both headers', async () => {
    const client = await start({ rateLimit: { window: 60_000, max: 1 } });
    await client.sendOtp(freshNumber()).expect(200);
    t.clock.advance({ milliseconds: 20_500 });
    const answer = await client.sendOtp(freshNumber());
    expect(answer.status).toBe(429);
    expect(answer.body).toEqual({
      statusCode: 429,
      code: 'RATE_LIMITED',
      message: 'Too many requests. Please try again later.',
      error: 'Too Many Requests',
      retryAfter: 40,
    });
    expect(answer.headers).toMatchObject({ 'retry-after': '40', 'x-retry-after': '40' });
  });

  it('S2.12 one number is limited from whatever addresses; others are not', async () => {
    t = await startOn(platform, {
      trustProxy: true,
      options: { rateLimit: { window: 60_000, max: 3 } },
    });
    const client = api(t);
    const phoneNumber = freshNumber();
    let host = 0;
    const from = (number: string) => client.sendOtp(number, { 'x-forwarded-for': `203.0.113.${++host}` });
    expect(await statuses(4, () => from(phoneNumber))).toEqual([200, 200, 200, 429]);
    expect((await from(freshNumber())).status).toBe(200);
  });

  it('8.14, S4.32, A31 headers that name another client do not help without trust proxy', async () => {
    const client = await start({ rateLimit: { window: 60_000, max: 2 } });
    let host = 0;
    const spoofed = () => {
      const address = `198.51.100.${++host}`;
      return client.sendOtp(freshNumber(), {
        'x-forwarded-for': address,
        'x-real-ip': address,
        forwarded: `for=${address}`,
        'cf-connecting-ip': address,
        'true-client-ip': address,
      });
    };
    expect(await statuses(3, spoofed)).toEqual([200, 200, 429]);
  });

  it('R60 a 429 by address names the limit in the standard fields, and one by number does not', async () => {
    t = await startOn(platform, { trustProxy: true, options: { rateLimit: { window: 60_000, max: 2 } } });
    const client = api(t);
    const send = (address: string, number = freshNumber()) =>
      client.sendOtp(number, { 'x-forwarded-for': address });
    for (let i = 0; i < 2; i++) await send('198.51.100.7').expect(200);
    t.clock.advance({ seconds: 43 });
    const byAddress = await send('198.51.100.7').expect(429);
    expect(byAddress.headers).toMatchObject({
      'ratelimit-policy': '"address";q=2;w=60',
      ratelimit: '"address";r=0;t=17',
      'retry-after': '17',
    });
    expect(JSON.stringify(byAddress.headers)).not.toContain('198.51.100.7');

    const number = freshNumber();
    for (let i = 1; i <= 2; i++) await send(`198.51.101.${i}`, number).expect(200);
    const byNumber = await send('198.51.101.9', number).expect(429);
    expect(byNumber.headers).toMatchObject({ 'retry-after': '60', 'x-retry-after': '60' });
    expect(Object.keys(byNumber.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
  });

  it('no counter in a header tells a stranger whether somebody else asked for a number', async () => {
    const client = await start();
    const answer = await client.sendOtp(freshNumber());
    expect(Object.keys(answer.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
  });
});

describe('clients that share the address of a proxy', () => {
  it('R59 are a warning in production that says what to do, once', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const log = new CapturingLogger();
    const t = await startOn(
      { adapter: 'express', database: 'sqlite' },
      { options: { rateLimit: { window: 60_000, max: 1 } } },
    ).finally(() => vi.unstubAllEnvs());
    t.app.useLogger(log);
    const client = api(t);
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await client.sendOtp(freshNumber())).status);
    await t.close();

    expect(seen).toEqual([200, 429, 429]);
    expect(log.lines.filter((line) => line.includes("app.set('trust proxy', 1)"))).toHaveLength(1);
  });
});
