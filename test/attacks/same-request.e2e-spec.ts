import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { parallel, ServedApp, statuses } from '../support/served-app.js';
import { DEFAULT_LIMITS, retryAfter } from '../support/send-traffic.js';

const RESET = '/phone-number/request-password-reset';
let keys = 0;
const freshKey = () => ({ 'idempotency-key': `"8e03978e-40d5-43dd-bc93-${(keys += 1)}"` });

describe.each(platforms)('Idempotency-Key on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: { ...DEFAULT_LIMITS, bindToClient: true, delivery: 'await' },
    });
  });
  afterAll(() => served.close());
  const wait = (seconds: number) => served.t.clock.advance({ seconds });
  const messages = (phoneNumber: string) => served.t.inbox.messagesFor(phoneNumber).length;

  it('R35 the same request within a minute is 200 again: one message, the same code, the rest of the wait', async () => {
    const [phoneNumber, key] = [freshNumber(), freshKey()];
    const first = await served.sendOtp(phoneNumber, key);
    wait(20);
    const second = await served.sendOtp(phoneNumber, key);
    expect([second.status, second.body]).toEqual([
      200,
      { ...first.body, expiresIn: 280, resendAfter: 10, challenge: expect.any(String) },
    ]);
    expect(messages(phoneNumber)).toBe(1);
    const { challenge } = second.body;
    expect(
      (await served.verify(phoneNumber, served.t.inbox.lastCodeFor(phoneNumber), { challenge })).status,
    ).toBe(200);
  });

  it('R35 also once the delay is over: 60 seconds, to the second', async () => {
    const [phoneNumber, key] = [freshNumber(), freshKey()];
    await served.sendOtp(phoneNumber, key);
    wait(59);
    expect((await served.sendOtp(phoneNumber, key)).body.resendAfter).toBe(0);
    expect(messages(phoneNumber)).toBe(1);
    wait(1);
    expect((await served.sendOtp(phoneNumber, key)).body.resendAfter).toBe(40);
    expect(messages(phoneNumber)).toBe(2);
  });

  it('R35 another key, and none, are other requests', async () => {
    const phoneNumber = freshNumber();
    await served.sendOtp(phoneNumber, freshKey());
    const others = [await served.sendOtp(phoneNumber, freshKey()), await served.sendOtp(phoneNumber)];
    expect(others.map((answer) => [answer.status, retryAfter(answer)])).toEqual([
      [429, 30],
      [429, 30],
    ]);
    wait(30);
    expect((await served.sendOtp(phoneNumber, freshKey())).status).toBe(200);
    expect(messages(phoneNumber)).toBe(2);
  });

  it('R35 the same key for another purpose, another number or another user is another request', async () => {
    const [phoneNumber, key] = [freshNumber(), freshKey()];
    await served.sendOtp(phoneNumber, key);
    expect((await served.http.post(RESET, { phoneNumber }, key)).status).toBe(429);
    expect((await served.sendOtp(freshNumber(), key)).status).toBe(200);

    const mine = freshNumber();
    const { body } = await served.sendOtp(mine);
    const code = served.t.inbox.lastCodeFor(mine);
    const { token } = (await served.verify(mine, code, { challenge: body.challenge })).body;
    const bearer = { authorization: `Bearer ${token}` };
    expect((await served.sendOtp(phoneNumber, { ...key, ...bearer })).status).toBe(429);
  });

  it('R35, A26 50 at once are one message, and no two of them hold another challenge', async () => {
    const [phoneNumber, key] = [freshNumber(), freshKey()];
    await served.sendOtp(phoneNumber);
    wait(30);
    const answers = await parallel(50, () => served.sendOtp(phoneNumber, key));

    expect(messages(phoneNumber)).toBe(2);
    expect(Object.keys(statuses(answers)).filter((status) => !['200', '429'].includes(status))).toEqual([]);
    const challenges = new Set(answers.flatMap(({ body }) => body.challenge ?? []));
    expect(challenges.size).toBe(1);
    const [challenge] = challenges;
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    expect((await served.verify(phoneNumber, code, { challenge })).status).toBe(200);
  });

  it('R35 what could not be sent can be asked for again with the same key', async () => {
    const [phoneNumber, key] = [freshNumber(), freshKey()];
    served.t.inbox.failWith(new Error('the provider is down'));
    expect((await served.sendOtp(phoneNumber, key)).status).toBe(502);
    served.t.inbox.failWith(undefined);

    expect((await served.sendOtp(phoneNumber, key)).status).toBe(200);
    expect(messages(phoneNumber)).toBe(1);
  });

  it('R35 once the code was used, the same key sends nothing for the rest of the minute', async () => {
    const [phoneNumber, key] = [freshNumber(), freshKey()];
    const { challenge } = (await served.sendOtp(phoneNumber, key)).body;
    await served.verify(phoneNumber, served.t.inbox.lastCodeFor(phoneNumber), { challenge });
    wait(15);
    const late = await served.sendOtp(phoneNumber, key);
    expect([late.status, retryAfter(late), messages(phoneNumber)]).toEqual([429, 45, 1]);
    expect((await served.sendOtp(phoneNumber, freshKey())).status).toBe(200);
  });

  it.each([
    ['that is empty', ''],
    ['with a blank in it', 'a key'],
    ['that is sent twice', 'one, two'],
    ['that is no ASCII', 'schl\u00fcssel'],
    ['of 256 characters', 'k'.repeat(256)],
  ])('R35 a key %s is 400, and nothing is sent', async (_, key) => {
    const phoneNumber = freshNumber();
    const { status, body } = await served.sendOtp(phoneNumber, { 'idempotency-key': key });
    expect([status, body.code, body.message]).toEqual([
      400,
      'VALIDATION_ERROR',
      '[headers.idempotency-key] must be 1 to 255 visible ASCII characters',
    ]);
    expect(messages(phoneNumber)).toBe(0);
  });

  it('R35 a key of 255 characters is one', async () => {
    expect((await served.sendOtp(freshNumber(), { 'idempotency-key': '~'.repeat(255) })).status).toBe(200);
  });
});

describe.each(platforms)(
  'Idempotency-Key where the host has switched the limits off, on $name',
  (platform) => {
    it('R35 the same request is one message all the same', async () => {
      const served = await ServedApp.on(platform);
      const [phoneNumber, key] = [freshNumber(), freshKey()];
      const answers = await parallel(5, () => served.sendOtp(phoneNumber, key));
      expect(statuses(answers)[200]).toBeGreaterThan(0);
      expect(served.t.inbox.messagesFor(phoneNumber)).toHaveLength(1);
      await served.close();
    });
  },
);
