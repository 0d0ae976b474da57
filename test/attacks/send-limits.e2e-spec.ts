import { PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { freshNumber } from '../support/api.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { parallel, ServedApp, statuses } from '../support/served-app.js';
import { startTwoOn } from '../support/two-instances.js';
import { DEFAULT_LIMITS, freshAddress, from, retryAfter, signInFrom } from '../support/send-traffic.js';

const HOUR = 3_600;
const RESET = '/phone-number/request-password-reset';

describe.each(platforms)('messages on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      trustProxy: true,
      // what looks like pumping has a suite of its own, and lower limits
      options: { ...DEFAULT_LIMITS, limits: { pumping: false } },
    });
  });
  afterAll(() => served.close());
  // nothing that one test has used up is still used up in the next one
  afterEach(() => served.t.clock.advance({ days: 2 }));

  const sendFrom = (address: string) => served.sendOtp(freshNumber(), from(address));
  const wait = (seconds: number) => served.t.clock.advance({ seconds });
  const messagesTo = async (phoneNumber: string) => {
    await served.t.settled();
    return served.t.inbox.messagesFor(phoneNumber).length;
  };

  /** Sends as soon as the answer before it says, so many times: what the answers said, and the last one. */
  const sendInARow = async (phoneNumber: string, times: number) => {
    const waits: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const { status, body } = await served.sendOtp(phoneNumber);
      expect(status).toBe(200);
      waits.push(body.resendAfter ?? Number.NaN);
      await served.t.settled();
      if (i < times - 1) wait(body.resendAfter ?? 0);
    }
    return waits;
  };

  it('R23 to one number wait 30, 40, 60 and 90 seconds, to the second, and the answer says so', async () => {
    const phoneNumber = freshNumber();
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 4; i += 1) {
      waits.push((await served.sendOtp(phoneNumber)).body.resendAfter);
      // a message of which nothing is written down after 15 seconds is lost, and nobody waits for it
      await served.t.settled();
      wait((waits.at(-1) ?? 0) - 1);
      const early = await served.sendOtp(phoneNumber);
      expect([early.status, early.body.code, retryAfter(early)]).toEqual([429, 'RATE_LIMITED', 1]);
      wait(1);
    }
    expect(waits).toEqual([30, 40, 60, 90]);
    expect(await messagesTo(phoneNumber)).toBe(4);
  });

  it('R23 a code that was used ends the row: nobody waits, and the first delay comes again', async () => {
    const phoneNumber = freshNumber();
    await sendInARow(phoneNumber, 3);
    await served.verify(phoneNumber, served.t.inbox.lastCodeFor(phoneNumber));

    expect((await served.sendOtp(phoneNumber)).body.resendAfter).toBe(30);
  });

  it('R23 an hour of rest ends the row', async () => {
    const phoneNumber = freshNumber();
    await sendInARow(phoneNumber, 3);
    wait(HOUR);

    expect((await served.sendOtp(phoneNumber)).body.resendAfter).toBe(30);
  });

  it('R24 five in a row, then an hour of rest; the fifth answer says so', async () => {
    const phoneNumber = freshNumber();
    expect(await sendInARow(phoneNumber, 5)).toEqual([30, 40, 60, 90, HOUR]);
    wait(HOUR - 1);
    const refused = await served.sendOtp(phoneNumber);
    expect([refused.status, retryAfter(refused)]).toEqual([429, 1]);
    wait(1);

    expect((await served.sendOtp(phoneNumber)).status).toBe(200);
  });

  it('R25 five in an hour, though every code is used; the sixth comes when the hour is over', async () => {
    const phoneNumber = freshNumber();
    const said: (number | undefined)[] = [];
    for (let i = 0; i < 5; i += 1) {
      said.push((await served.sendOtp(phoneNumber)).body.resendAfter);
      await served.verify(phoneNumber, served.t.inbox.lastCodeFor(phoneNumber));
      wait(60);
    }
    expect(said).toEqual([30, 30, 30, 30, HOUR - 4 * 60]);
    const refused = await served.sendOtp(phoneNumber);
    expect([refused.status, retryAfter(refused)]).toEqual([429, HOUR - 5 * 60]);
    wait(HOUR - 5 * 60 - 1);
    expect((await served.sendOtp(phoneNumber)).status).toBe(429);
    wait(1);

    expect((await served.sendOtp(phoneNumber)).status).toBe(200);
  });

  it('R25, A14 ten in 24 hours, to the second, for every purpose together', async () => {
    const phoneNumber = freshNumber();
    const send = [() => served.sendOtp(phoneNumber), () => served.http.post(RESET, { phoneNumber })];
    for (let i = 0; i < 10; i += 1) {
      expect((await send[i % 2]!()).status).toBe(200);
      wait(2 * HOUR);
    }
    for (const another of send) {
      const refused = await another();
      expect([refused.status, retryAfter(refused)]).toEqual([429, 4 * HOUR]);
    }
    wait(4 * HOUR - 1);
    expect((await send[0]!()).status).toBe(429);
    wait(1);

    expect((await send[0]!()).status).toBe(200);
  });

  it('A26 100 at once to one number, each from another address: one goes out', async () => {
    const phoneNumber = freshNumber();
    const answers = await parallel(100, () => served.sendOtp(phoneNumber, from(freshAddress())));

    expect(statuses(answers)).toEqual({ 200: 1, 429: 99 });
    expect(await messagesTo(phoneNumber)).toBe(1);
  });

  it('A26, R25 100 at once, for both purposes, as often as the delays allow: five in the hour', async () => {
    const phoneNumber = freshNumber();
    for (let i = 0; i < 8; i += 1) {
      await parallel(25, (n) =>
        n % 2 ? served.sendOtp(phoneNumber) : served.http.post(RESET, { phoneNumber }),
      );
      wait(240);
    }
    // reset codes for a number without an account are counted, and never sent
    expect(await messagesTo(phoneNumber)).toBeLessThanOrEqual(5);
    expect((await served.sendOtp(phoneNumber)).status).toBe(429);
  });

  it('R26 20 in an hour for one address, whatever the numbers', async () => {
    const address = freshAddress();
    for (let i = 0; i < 20; i += 1) expect((await sendFrom(address)).status).toBe(200);
    const refused = await sendFrom(address);
    expect([refused.status, retryAfter(refused)]).toEqual([429, HOUR]);
    wait(HOUR);

    expect((await sendFrom(address)).status).toBe(200);
  });

  it('R26 any number of people behind one address, as long as their codes come back', async () => {
    const address = freshAddress();
    for (let i = 0; i < 25; i += 1) {
      expect((await signInFrom(served, address)).status).toBe(200);
      await served.t.settled();
    }
  });

  it('R26, R59 2^64 addresses of one IPv6 network are one client', async () => {
    for (let i = 0; i < 20; i += 1) {
      expect((await sendFrom(`2001:db8:1:2::${(i + 1).toString(16)}`)).status).toBe(200);
    }

    expect((await sendFrom('2001:db8:1:2:ffff:ffff:ffff:1')).status).toBe(429);
    expect((await sendFrom('2001:db8:1:3::1')).status).toBe(200);
  });

  it('R26 five in an hour for one who is signed in, whatever the numbers and the addresses', async () => {
    const { bearer } = await served.signIn();
    const ask = () => served.sendOtp(freshNumber(), { ...bearer, ...from(freshAddress()) });
    for (let i = 0; i < 5; i += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, retryAfter(refused)]).toEqual([429, HOUR]);
    wait(HOUR);

    expect((await ask()).status).toBe(200);
  });

  it('R26 what could not be sent is counted for nobody', async () => {
    const { bearer } = await served.signIn();
    const address = from(freshAddress());
    served.t.inbox.failWith(new Error('the provider is down'));
    for (let i = 0; i < 8; i += 1) {
      expect((await served.sendOtp(freshNumber(), { ...bearer, ...address })).status).toBe(200);
      await served.t.settled();
    }
    served.t.inbox.failWith(undefined);

    expect((await served.sendOtp(freshNumber(), { ...bearer, ...address })).status).toBe(200);
  });

  /** An account with the victim's number on it, unproven, whose password the attacker has set. */
  const withKnownPassword = async () => {
    const { phoneNumber, userId } = await served.signIn();
    wait(60);
    await served.http.post(RESET, { phoneNumber });
    await served.t.settled();
    const [otp, password] = [served.t.inbox.lastCodeFor(phoneNumber), 'correct horse'];
    await served.http.post('/phone-number/reset-password', { phoneNumber, otp, newPassword: password });
    await served.dataSource.getRepository(PhoneAuthUser).update(userId, { phoneNumberVerified: false });
    served.t.clock.advance({ days: 2 });
    served.t.inbox.clear();
    return { phoneNumber, password };
  };

  it('A29, A30 a victim gets ten a day at most, by every route and the service together', async () => {
    const service = served.t.app.get(PhoneAuthService);
    const { bearer } = await served.signIn();
    const { phoneNumber, password } = await withKnownPassword();

    const away = () => from(freshAddress());
    const answers: Answer[] = [];
    for (let step = 0; step < 48; step += 1) {
      answers.push(
        await served.http.post('/sign-in/phone-number', { phoneNumber, password }, away()),
        await served.sendOtp(phoneNumber, away()),
        await served.http.post(RESET, { phoneNumber }, away()),
        await served.sendOtp(phoneNumber, { ...bearer, ...away() }),
      );
      await service.sendOtp({ phoneNumber }).catch(() => undefined);
      await service.requestPasswordReset(phoneNumber).catch(() => undefined);
      if (step < 47) wait(HOUR / 2);
    }

    expect(await messagesTo(phoneNumber)).toBeLessThanOrEqual(10);
    expect(await messagesTo(phoneNumber)).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('A29, R25 the service without HTTP is limited by the same counts, and says the seconds', async () => {
    const service = served.t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    await sendInARow(phoneNumber, 5);
    const refusal = { code: 'RATE_LIMITED', retryAfter: HOUR };
    await expect(service.sendOtp({ phoneNumber })).rejects.toMatchObject(refusal);
    await expect(service.requestPasswordReset(phoneNumber)).rejects.toMatchObject(refusal);
    await expect(service.sendOtp({ phoneNumber: freshNumber() })).resolves.toMatchObject({ resendAfter: 30 });
  });

  it('R60 who waits for a number is not told a counter, only how long', async () => {
    const phoneNumber = freshNumber();
    await served.sendOtp(phoneNumber, from(freshAddress()));
    const { headers } = await served.sendOtp(phoneNumber, from(freshAddress()));

    expect(headers).toMatchObject({ 'retry-after': '30', 'x-retry-after': '30' });
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  });

  it('R60 who has used up his own address is told which limit, and no partition key', async () => {
    const address = freshAddress();
    for (let i = 0; i < 20; i += 1) await sendFrom(address);
    wait(60);
    const { status, headers } = await served.sendOtp(freshNumber(), from(address));

    expect([status, headers]).toEqual([
      429,
      expect.objectContaining({
        'retry-after': '3540',
        'ratelimit-policy': '"address-messages";q=20;w=3600',
        ratelimit: '"address-messages";r=0;t=3540',
      }),
    ]);
    expect(JSON.stringify(headers)).not.toContain(address);
    expect(JSON.stringify(headers)).not.toContain('pk=');
  });
});

describe.each(platforms)('all messages together on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      trustProxy: true,
      options: { ...DEFAULT_LIMITS, limits: { sends: { overall: { perMinute: 3, perDay: 5 } } } },
    });
  });
  afterAll(() => served.close());

  const send = () => signInFrom(served, freshAddress());

  it('R29 so many in a minute and in a day, though every code comes back', async () => {
    const { clock } = served.t;
    for (let i = 0; i < 3; i += 1) expect((await send()).status).toBe(200);
    const fourth = await send();
    expect([fourth.status, retryAfter(fourth)]).toEqual([429, 60]);
    expect(Object.keys(fourth.headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    clock.advance({ seconds: 60 });
    for (let i = 0; i < 2; i += 1) expect((await send()).status).toBe(200);
    clock.advance({ seconds: 60 });
    const sixth = await send();
    expect([sixth.status, retryAfter(sixth)]).toEqual([429, 24 * HOUR - 120]);
    clock.advance({ hours: 24 });

    expect((await send()).status).toBe(200);
  });
});

describe.each(platforms)('messages from two instances on one database, $name', (platform) => {
  let instances: [ServedApp, ServedApp];
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ instances, close } = await startTwoOn(platform));
  });
  afterAll(() => close());

  it('A26 100 at once to one number, spread over both: one goes out', async () => {
    const phoneNumber = freshNumber();
    const answers = await parallel(100, (i) => instances[i % 2 ? 1 : 0].sendOtp(phoneNumber));

    expect(statuses(answers)).toEqual({ 200: 1, 429: 99 });
    expect(instances.flatMap(({ t }) => t.inbox.messagesFor(phoneNumber))).toHaveLength(1);
  });
});
