import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryQuotaStore } from '../../src/limits/memory-quota-store.js';
import { type Quota, QuotaStore } from '../../src/limits/quota-store.js';
import { TestClock } from 'nestjs-phone-auth/testing';
import type { LimitOptions } from 'nestjs-phone-auth';
import { freshNumber, wrong } from '../support/api.js';
import { CapturingLogger } from '../support/capturing-logger.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';
import { DEFAULT_LIMITS, freshAddress, from } from '../support/send-traffic.js';

/** Counts in memory, until its network goes. */
class FlakyQuotaStore extends MemoryQuotaStore {
  isDown = false;

  constructor() {
    super(new TestClock());
  }

  override take(quotas: readonly Quota[]) {
    // what a client of such a store says may hold the keys that it was given
    if (this.isDown) return Promise.reject(new Error(`ECONNREFUSED ${quotas.map(({ key }) => key).join()}`));
    return super.take(quotas);
  }
}

async function start(platform: (typeof platforms)[number], onFailure: LimitOptions['onFailure']) {
  const store = new FlakyQuotaStore();
  const log = new CapturingLogger();
  const served = await ServedApp.on(platform, {
    trustProxy: true,
    options: { ...DEFAULT_LIMITS, ...(onFailure && { limits: { onFailure } }) },
    override: (builder) => builder.overrideProvider(QuotaStore).useValue(store),
  });
  served.t.app.useLogger(log);
  return { served, store, log };
}

describe.each(platforms)('the store that counts is down, on $name', (platform) => {
  let run: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    run = await start(platform, undefined);
  });
  afterAll(() => run.served.close());

  it('A33, R17 nothing is sent and no code is compared: 503; afterwards all is well', async () => {
    const { served, store, log } = run;
    const [phoneNumber, address] = [freshNumber(), from(freshAddress())];
    await served.sendOtp(phoneNumber, address);
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    const other = freshNumber();
    store.isDown = true;
    const answers = [
      await served.sendOtp(other, address),
      await served.http.post('/phone-number/request-password-reset', { phoneNumber: other }, address),
      await served.verify(phoneNumber, code, {}, address),
    ];
    await served.t.settled();
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [503, 'SERVICE_UNAVAILABLE']),
    );
    expect(served.t.inbox.messagesFor(other)).toEqual([]);
    expect(answers.map(({ text }) => text).join()).not.toMatch(/ECONNREFUSED|unproven|sends/);
    expect(log.lines.join('\n')).toContain('ECONNREFUSED');
    expect(log.lines.join('\n')).not.toContain(other.slice(1));

    store.isDown = false;
    expect((await served.sendOtp(other, address)).body.resendAfter).toBe(30);
    expect((await served.verify(phoneNumber, code, {}, address)).status).toBe(200);
  });
});

describe.each(platforms)("limits.onFailure: 'allow' on $name", (platform) => {
  let run: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    run = await start(platform, { send: 'allow', verify: 'allow' });
  });
  afterAll(() => run.served.close());

  it('R17 goes on uncounted, but for what the database counts, and says so in the log', async () => {
    const { served, store, log } = run;
    store.isDown = true;
    const address = from(freshAddress());
    for (let i = 0; i < 8; i += 1) expect((await served.sendOtp(freshNumber(), address)).status).toBe(200);
    const phoneNumber = freshNumber();
    await served.sendOtp(phoneNumber, address);
    expect((await served.sendOtp(phoneNumber, address)).status).toBe(429);
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    for (let i = 0; i < 3; i += 1) await served.verify(phoneNumber, wrong(code), {}, address);
    expect((await served.verify(phoneNumber, code, {}, address)).status).not.toBe(200);

    expect(log.lines.join('\n')).toMatch(/A message goes out uncounted[^]*A guess goes uncounted/);
    expect(log.lines.join('\n')).not.toContain(phoneNumber.slice(1));
    store.isDown = false;
  });
});
