import type { PhoneAuthOptions } from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { freshNumber, wrong } from '../support/api.js';
import { gate } from '../support/gate.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';
import { DEFAULT_LIMITS, freshAddress, from } from '../support/send-traffic.js';

/** Everything about an answer that could tell two numbers apart, without what is random in each. */
function shown({ status, headers, body }: Answer) {
  const { date: _, etag, 'set-cookie': cookies = [], ...rest } = headers;
  return {
    status,
    headers: { ...rest, etag: etag?.length },
    cookies: cookies.map((cookie) => cookie.replace(/=[^;]+/, (value) => `=${value.length}`)),
    body: { ...body, challenge: body.challenge?.length },
  };
}

const start = (platform: (typeof platforms)[number], options: PhoneAuthOptions = {}) =>
  ServedApp.on(platform, {
    trustProxy: true,
    options: { ...DEFAULT_LIMITS, bindToClient: true, ...options },
  });

/** An account and its number, with nothing left of its sign-up that is counted. */
async function registered(served: ServedApp, verified = true): Promise<string> {
  const phoneNumber = freshNumber();
  await served.dataSource.getRepository(PhoneAuthUser).insert({
    id: `user-of-${phoneNumber}`,
    name: 'Ada',
    phoneNumber,
    phoneNumberVerified: verified,
    createdAt: 0,
    updatedAt: 0,
  });
  return phoneNumber;
}

/** The whole life of a code that does not come back: asked for, asked for too early, again, and guessed at. */
async function story(served: ServedApp, phoneNumber: string, purpose: 'sign-in' | 'reset') {
  const { clock } = served.t;
  // the numbers before this one were of the same block and country
  clock.advance({ days: 2 });
  const ask = () =>
    purpose === 'reset'
      ? served.http.post('/phone-number/request-password-reset', { phoneNumber }, from(freshAddress()))
      : served.sendOtp(phoneNumber, from(freshAddress()));
  const guess = (challenge: string | undefined) => {
    const sent = served.t.inbox.messagesFor(phoneNumber).at(-1)?.code;
    const code = sent === undefined ? '000000' : wrong(sent);
    return purpose === 'reset'
      ? served.http.post(
          '/phone-number/reset-password',
          { phoneNumber, otp: code, newPassword: 'correct horse', challenge },
          from(freshAddress()),
        )
      : served.verify(phoneNumber, code, { challenge }, from(freshAddress()));
  };
  const answers = [await ask(), await ask()];
  clock.advance({ seconds: 30 });
  const again = await ask();
  await served.t.settled();
  answers.push(again);
  for (let i = 0; i < 5; i += 1) answers.push(await guess(again.body.challenge));
  clock.advance({ seconds: 40 });
  answers.push(await ask());
  return answers.map(shown);
}

const STORY = [200, 429, 200, 400, 400, 400, 403, 400, 200];

describe.each(platforms)('numbers with an account and without, on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await start(platform);
  });
  afterAll(() => served.close());

  it('R40, A36 send-otp: the same status, body, headers and cookies, now and afterwards', async () => {
    const known = await story(served, await registered(served), 'sign-in');
    const unverified = await story(served, await registered(served, false), 'sign-in');
    const unknown = await story(served, freshNumber(), 'sign-in');

    expect(known.map(({ status }) => status)).toEqual(STORY);
    expect(unknown).toEqual(known);
    expect(unverified).toEqual(known);
  });

  it('R40, R41, A36 a password reset: the same, although nothing is sent where nobody is', async () => {
    const numbers = [await registered(served), await registered(served, false), freshNumber()];
    const stories = [];
    for (const number of numbers) stories.push(await story(served, number, 'reset'));

    expect(stories[0]?.map(({ status }) => status)).toEqual(STORY);
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[2]).toEqual(stories[0]);
    expect(numbers.map((number) => served.t.inbox.messagesFor(number).length)).toEqual([3, 0, 0]);
  });

  it('R40, A36 a password reset while the provider is down: the same, and nothing is taken back', async () => {
    served.t.inbox.failWith(new Error('the provider is down'));
    const stories = [];
    for (const number of [await registered(served), freshNumber()])
      stories.push(await story(served, number, 'reset'));
    served.t.inbox.failWith(undefined);

    expect(stories[1]).toEqual(stories[0]);
  });
});

describe.each(platforms)('sendToUnknown: false on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await start(platform, { allowSignUp: false, sendToUnknown: false });
  });
  afterAll(() => served.close());

  const messages = async (phoneNumber: string) => {
    await served.t.settled();
    return served.t.inbox.messagesFor(phoneNumber).length;
  };

  it('R40 who has an account gets the code and signs in', async () => {
    const phoneNumber = await registered(served);
    const { body } = await served.sendOtp(phoneNumber);
    expect(await messages(phoneNumber)).toBe(1);
    const code = served.t.inbox.lastCodeFor(phoneNumber);

    expect((await served.verify(phoneNumber, code, { challenge: body.challenge })).status).toBe(200);
  });

  it('R40, A36 who has none gets nothing, and the answers are the same, also to wrong codes', async () => {
    const [known, unknown] = [await registered(served), freshNumber()];
    const stories = [await story(served, known, 'sign-in'), await story(served, unknown, 'sign-in')];

    expect(stories[0]?.map(({ status }) => status)).toEqual(STORY);
    expect(stories[1]).toEqual(stories[0]);
    expect([await messages(known), await messages(unknown)]).toEqual([3, 0]);
    expect(await served.rows(PhoneAuthCode, { phoneNumber: unknown })).toHaveLength(1);
  });

  it('R40 nobody waits for the message', async () => {
    const [phoneNumber, provider] = [await registered(served), gate()];
    const slow = vi.spyOn(served.t.inbox, 'send').mockImplementation(() => provider.pass());
    const { status } = await served.sendOtp(phoneNumber);
    await provider.reached;
    provider.open();
    slow.mockRestore();

    expect(status).toBe(200);
  });

  it('R40 a sender that fails is nobody’s to know', async () => {
    const [known, unknown] = [await registered(served), freshNumber()];
    served.t.inbox.failWith(new Error('the provider is down'));
    const stories = [await story(served, known, 'sign-in'), await story(served, unknown, 'sign-in')];
    served.t.inbox.failWith(undefined);

    expect(stories[0]?.[0]?.status).toBe(200);
    expect(stories[1]).toEqual(stories[0]);
  });

  it('R42 who is signed in can still link a number that nobody has', async () => {
    const phoneNumber = await registered(served);
    const { body } = await served.sendOtp(phoneNumber);
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    const { token } = (await served.verify(phoneNumber, code, { challenge: body.challenge })).body;
    const bearer = { authorization: `Bearer ${token}` };

    const other = freshNumber();
    const asked = await served.sendOtp(other, bearer);
    expect(await messages(other)).toBe(1);
    const linked = await served.verify(
      other,
      served.t.inbox.lastCodeFor(other),
      { challenge: asked.body.challenge, updatePhoneNumber: true },
      bearer,
    );
    expect([linked.status, linked.body.user?.phoneNumber]).toEqual([200, other]);
  });
});
