import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile';
import type { PhoneAuthEvent, PumpingOptions, SendSuspectedEvent } from 'nestjs-phone-auth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { codes, ServedApp, statuses } from '../support/served-app.js';
import {
  DEFAULT_LIMITS,
  freshAddress,
  freshBlock,
  from,
  numbersFrom,
  retryAfter,
  signInFrom,
} from '../support/send-traffic.js';

const HOUR = 3_600;
const isHuman = ({ token }: { token: string }) => {
  if (token === 'outage') throw new Error('the provider is down');
  return token === 'human';
};

/** An application that tells its events to the test. */
async function start(
  platform: (typeof platforms)[number],
  pumping: PumpingOptions = {},
  challenge?: { verify: typeof isHuman },
) {
  const events: PhoneAuthEvent[] = [];
  const served = await ServedApp.on(platform, {
    trustProxy: true,
    options: {
      ...DEFAULT_LIMITS,
      limits: { pumping: { perAddress: { perHour: 5, perDay: 10 }, ...pumping } },
      onEvent: (event) => events.push(event),
      ...(challenge && { challenge }),
    },
  });
  const suspected = async (): Promise<SendSuspectedEvent[]> => {
    await served.t.settled();
    return events.filter((event) => event.type === 'send.suspected');
  };
  const clear = () => {
    events.length = 0;
    served.t.inbox.clear();
    served.t.clock.advance({ days: 2 });
  };
  return { served, suspected, clear };
}

/** One of each country that a message may go to, over and over, each time another number. */
const countries = getCountries().flatMap((country) => {
  const example = getExampleNumber(country, examples);
  return example &&
    ['MOBILE', 'FIXED_LINE_OR_MOBILE'].includes(example.getType() ?? '') &&
    example.country === country
    ? [example.number]
    : [];
});

describe.each(platforms)('SMS pumping on $name', (platform) => {
  let run: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    run = await start(platform);
  });
  afterAll(() => run.served.close());
  afterEach(() => run.clear());

  const sendAll = async (numbers: readonly string[], addressOf: (index: number) => string) => {
    const answers: Answer[] = [];
    for (const [i, number] of numbers.entries())
      answers.push(await run.served.sendOtp(number, from(addressOf(i))));
    return answers;
  };
  const sent = () => run.served.t.inbox.messages.length;
  const reasons = async () => new Set((await run.suspected()).map(({ reason }) => reason));

  it('A27, R30 500 numbers in a row from one address: five in the hour, ten in the day', async () => {
    const address = freshAddress();
    const numbers = numbersFrom(freshBlock(), 500);
    const first = await sendAll(numbers.slice(0, 250), () => address);
    expect([statuses(first), sent()]).toEqual([{ 200: 5, 429: 245 }, 5]);
    expect(retryAfter(first.at(-1)!)).toBe(HOUR);
    run.served.t.clock.advance({ hours: 1 });
    const second = await sendAll(numbers.slice(250, 490), () => address);
    expect([statuses(second), sent()]).toEqual([{ 200: 5, 429: 235 }, 10]);
    run.served.t.clock.advance({ hours: 22 });
    expect(statuses(await sendAll(numbers.slice(490), () => address))).toEqual({ 429: 10 });
    expect(sent()).toBe(10);
  });

  it('A27, R62 the event says why, with figures and without the number', async () => {
    const address = freshAddress();
    const numbers = numbersFrom(freshBlock(), 6);
    await sendAll(numbers, () => address);

    expect(await run.suspected()).toEqual([
      {
        type: 'send.suspected',
        at: run.served.t.clock.now(),
        decision: 'denied',
        reason: 'address-hour',
        hits: 5,
        limit: 5,
        phoneNumber: '+1********05',
        country: 'US',
        address,
      },
    ]);
  });

  it('A27, R27 500 numbers in a row, each from an address of its own: ten in the hour', async () => {
    const answers = await sendAll(numbersFrom(freshBlock(), 500), () => freshAddress());

    expect([statuses(answers), sent()]).toEqual([{ 200: 10, 429: 490 }, 10]);
    expect(await reasons()).toContain('block');
    expect(retryAfter(answers.at(-1)!)).toBe(HOUR);
  });

  it('A27, R31 numbers of one country from ten addresses in turn: the country is suspected', async () => {
    const addresses = Array.from({ length: 10 }, freshAddress);
    const numbers = Array.from({ length: 100 }, freshBlock);
    await sendAll(numbers, (i) => addresses[i % 10]!);

    // five before anything is suspected, and two of each address; each address alone could have sent five
    expect(sent()).toBeLessThanOrEqual(5 + 2 * 10 + 5);
    expect(await reasons()).toContain('country-hour');
  });

  it('A27, R28 numbers of many countries from one address: three countries', async () => {
    const address = freshAddress();
    const answers = await sendAll(countries.slice(0, 5), () => address);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    expect(await reasons()).toEqual(new Set(['address-countries']));
  });

  it('A27, R31 numbers of many countries from many addresses: all together are suspected', async () => {
    const addresses = Array.from({ length: 20 }, freshAddress);
    await sendAll(countries.slice(0, 60), (i) => addresses[i % 20]!);

    expect(await reasons()).toContain('overall-hour');
    expect(sent()).toBeLessThan(60);
  });

  it('R30, R31 whose codes come back is nobody’s suspect: 19 people behind one address in an hour', async () => {
    const address = freshAddress();
    for (let i = 0; i < 19; i += 1) expect((await signInFrom(run.served, address)).status).toBe(200);
    expect(await run.suspected()).toEqual([]);
  });

  it('R15, R31 a device that has proven a number gets its code while everything is suspected', async () => {
    const [victim, address] = [freshNumber(), freshAddress()];
    const { headers } = await signInFrom(run.served, address, victim);
    const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    const device = { cookie, origin: run.served.http.origin };
    run.served.t.clock.advance({ minutes: 1 });
    await sendAll(numbersFrom(freshBlock(), 30), () => address);
    const stranger = await run.served.sendOtp(freshNumber(), from(address));
    const known = await run.served.sendOtp(victim, { ...from(address), ...device });

    expect([stranger.status, known.status]).toEqual([429, 200]);
  });
});

describe.each(platforms)("limits.pumping.mode: 'challenge' on $name", (platform) => {
  let run: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    run = await start(platform, { mode: 'challenge' }, { verify: isHuman });
  });
  afterAll(() => run.served.close());
  afterEach(() => run.clear());

  /** An address that has used up what goes unasked. */
  const suspect = async () => {
    const address = freshAddress();
    for (const number of numbersFrom(freshBlock(), 5)) await run.served.sendOtp(number, from(address));
    run.served.t.inbox.clear();
    return from(address);
  };
  const token = (value: string) => ({ 'x-captcha-response': value });

  it('R31, R34 whoever is suspected has to show a human first, and then gets his message', async () => {
    const [address, phoneNumber] = [await suspect(), freshNumber()];
    const without = await run.served.sendOtp(phoneNumber, address);
    const wrong = await run.served.sendOtp(phoneNumber, { ...address, ...token('machine') });
    expect([without, wrong].map(({ status, body }) => [status, body.code])).toEqual([
      [400, 'MISSING_RESPONSE'],
      [403, 'VERIFICATION_FAILED'],
    ]);
    expect(run.served.t.inbox.messages).toEqual([]);
    const human = await run.served.sendOtp(phoneNumber, { ...address, ...token('human') });
    expect(human.status).toBe(200);
    expect((await run.suspected()).map(({ decision }) => decision)).toEqual(['challenged']);
  });

  it('R34 what machines ask for uses up nothing of the number’s own', async () => {
    const [address, phoneNumber] = [await suspect(), freshNumber()];
    for (let i = 0; i < 20; i += 1)
      await run.served.sendOtp(phoneNumber, { ...address, ...token('machine') });
    const owner = await run.served.sendOtp(phoneNumber, from(freshAddress()));

    expect([owner.status, owner.body.resendAfter]).toEqual([200, 30]);
  });

  it('R8, R34 where nobody can say whether it is a human, nothing goes out', async () => {
    const answer = await run.served.sendOtp(freshNumber(), { ...(await suspect()), ...token('outage') });

    expect([answer.status, answer.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(run.served.t.inbox.messages).toEqual([]);
  });

  it('R26, R31 a human is limited by what limits everybody', async () => {
    const address = await suspect();
    const answers: Answer[] = [];
    for (let i = 0; i < 16; i += 1)
      answers.push(await run.served.sendOtp(freshNumber(), { ...address, ...token('human') }));

    expect(statuses(answers)).toEqual({ 200: 15, 429: 1 });
  });
});

describe.each(platforms)("limits.pumping.mode: 'observe' on $name", (platform) => {
  let run: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    run = await start(platform, { mode: 'observe' });
  });
  afterAll(() => run.served.close());

  it('R31 everything goes out, and what would not have is told', async () => {
    const address = freshAddress();
    for (const number of numbersFrom(freshBlock(), 8))
      expect((await run.served.sendOtp(number, from(address))).status).toBe(200);

    expect((await run.suspected()).map(({ decision, reason }) => `${decision} ${reason}`)).toEqual([
      'observed address-hour',
      'observed address-hour',
      'observed address-hour',
    ]);
  });
});

describe("limits.pumping.mode: 'challenge' without the option challenge", () => {
  it('R31 refuses', async () => {
    const run = await start(platforms[0]!, { mode: 'challenge' });
    const address = from(freshAddress());
    const answers: Answer[] = [];
    for (const number of numbersFrom(freshBlock(), 6))
      answers.push(await run.served.sendOtp(number, address));
    expect([statuses(answers), codes(answers)]).toEqual([{ 200: 5, 429: 1 }, { RATE_LIMITED: 1 }]);
    await run.served.close();
  });
});
