import { afterEach, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const MAX = 3;

/** Headers by which proxies name a client, and by which clients name whom they like. */
const NAMING_HEADERS = [
  'x-forwarded-for',
  'x-real-ip',
  'forwarded',
  'cf-connecting-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'fastly-client-ip',
];

describe.each(platforms)('who is counted on $name', (platform) => {
  let served: ServedApp;
  afterEach(() => served.close());
  const start = async (trustProxy: boolean) => {
    served = await ServedApp.on(platform, {
      trustProxy,
      options: { rateLimit: { window: 60_000, max: MAX } },
    });
  };

  /** A request for a number of its own, so that only the address can be what is counted. */
  const ask = async (header: string, value: string) =>
    (await served.sendOtp(freshNumber(), { [header]: value })).status;

  const useUp = async (header: string, value: string) => {
    for (let n = 0; n < MAX; n += 1) expect(await ask(header, value)).toBe(200);
    expect(await ask(header, value)).toBe(429);
  };

  it('A31, S4.32, 8.14 without trust proxy no header gives a client a new bucket', async () => {
    await start(false);
    await useUp('x-forwarded-for', '198.51.100.1');
    const answers: number[] = [];
    for (const [index, header] of NAMING_HEADERS.entries()) {
      const address = `203.0.113.${index}`;
      answers.push(await ask(header, header === 'forwarded' ? `for=${address}` : address));
    }

    expect(answers).toEqual(NAMING_HEADERS.map(() => 429));
  });

  it('A31, S4.32 behind a trusted proxy another client has a bucket of his own', async () => {
    await start(true);
    await useUp('x-forwarded-for', '198.51.100.1');

    expect(await ask('x-forwarded-for', '198.51.100.2')).toBe(200);
  });

  it('A31, 8.14 behind a trusted proxy the headers that it does not write change nothing', async () => {
    await start(true);
    await useUp('x-forwarded-for', '198.51.100.1');
    const address = { 'x-forwarded-for': '198.51.100.1' };
    for (const header of NAMING_HEADERS.slice(1)) {
      const { status } = await served.sendOtp(freshNumber(), { ...address, [header]: '203.0.113.1' });
      expect(status, header).toBe(429);
    }
  });

  it('A31 behind a trusted proxy the addresses of one IPv6 network share a bucket', async () => {
    await start(true);
    await useUp('x-forwarded-for', '2001:db8:1:2::1');

    expect(await ask('x-forwarded-for', '2001:db8:1:2:ffff::9')).toBe(429);
    expect(await ask('x-forwarded-for', '2001:db8:1:3::1')).toBe(200);
  });
});
