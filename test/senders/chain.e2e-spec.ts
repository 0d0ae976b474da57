import { Logger } from '@nestjs/common';
import { RECEIPT_READERS, SmsChain, type SmsMessage, SmsSender } from 'nestjs-phone-auth';
import { MessageBirdSmsSender } from 'nestjs-phone-auth/messagebird';
import { FakeSmsProvider, type ProviderMood, type TestApp } from 'nestjs-phone-auth/testing';
import { TwilioReceipts, TwilioSmsSender } from 'nestjs-phone-auth/twilio';
import request from 'supertest';
import twilioSdk from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { platforms, startOn } from '../support/platforms.js';
import { startTwilio } from '../support/twilio-server.js';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'token-of-the-account';
const baseURL = 'https://app.example.com';
const TIMEOUT = 1_500;

const message: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: undefined,
  expiresIn: 300,
  timeLimit: TIMEOUT,
  signal: new AbortController().signal,
};

let twilio: FakeSmsProvider;
let bird: FakeSmsProvider;
beforeAll(async () => {
  Logger.overrideLogger(false); // every failure below is logged, as it should be
  twilio = await startTwilio({ [accountSid]: authToken });
  bird = await FakeSmsProvider.start({
    accepts: () => ({ status: 201, body: { id: 'mb-1' } }),
    refuses: () => ({ status: 422, body: { errors: [{ code: 9 }] } }),
  });
});
beforeEach(() => {
  twilio.reset();
  bird.reset();
});
afterAll(() => Promise.all([twilio.close(), bird.close()]));

const makeChain = (order: ('twilio' | 'bird')[] = ['twilio', 'bird'], apiURL = twilio.url) =>
  new SmsChain({
    senders: {
      twilio: new TwilioSmsSender({ accountSid, authToken, from: '+12025550100', apiURL }),
      bird: new MessageBirdSmsSender({ accessKey: 'key-1', originator: 'Acme', apiURL: bird.url }),
    },
    order,
  });

/** What each provider would charge for. */
const charged = () => [twilio.charged, bird.charged];

describe('a chain of real senders', () => {
  const cases: [what: string, mood: ProviderMood & string, charged: number[], end: object][] = [
    ['accepts', 'accept', [1, 0], { status: 'accepted', provider: 'twilio' }],
    ['is out of order', 'outage', [0, 1], { status: 'accepted', provider: 'bird', reference: 'mb-1' }],
    ['hangs', 'hang', [0, 1], { status: 'accepted', provider: 'bird' }],
    ['refuses the number', 'refuse', [0, 0], { status: 'rejected', fault: 'number' }],
    ['takes it and breaks the connection', 'break', [1, 0], { status: 'unknown' }],
    ['takes it and breaks off its answer', 'cut', [1, 0], { status: 'unknown' }],
    ['takes it and answers what nobody can read', 'garble', [1, 0], { status: 'unknown' }],
    ['takes it and does not end its answer', 'stall', [1, 0], { status: 'unknown', answered: true }],
  ];

  it.each(cases)(
    'A34 the first provider %s: one message is charged at most',
    async (_, mood, expected, end) => {
      twilio.behave(mood);
      const began = performance.now();
      const result = await makeChain()
        .send(message)
        .catch((error: unknown) => error);
      expect(result).toMatchObject(end);
      expect(charged()).toEqual(expected);
      expect(performance.now() - began).toBeLessThan(TIMEOUT);
    },
  );

  it('A34 the first provider does not listen: the second has the message', async () => {
    const gone = await FakeSmsProvider.start(twilio.dialect);
    const { url } = gone;
    await gone.close();
    expect(await makeChain(['twilio', 'bird'], url).send(message)).toMatchObject({ provider: 'bird' });
  });

  it('A34 an answer whose head says yes is a yes, whatever its end does', async () => {
    bird.behave('stall');
    expect(await makeChain(['bird', 'twilio']).send(message)).toMatchObject({
      status: 'accepted',
      provider: 'bird',
    });
    expect(charged()).toEqual([0, 1]);
  });
});

describe.each(platforms)('sign-in through a chain on $name', (platform) => {
  let t: TestApp;

  beforeAll(async () => {
    const chain = makeChain();
    t = await startOn(platform, {
      options: {
        rateLimit: false,
        delivery: 'await',
        messages: { timeout: TIMEOUT },
        baseURL,
        providers: [{ provide: RECEIPT_READERS, useValue: { twilio: new TwilioReceipts({ authToken }) } }],
      },
      // the test application sends to its inbox unless told otherwise
      override: (builder) => builder.overrideProvider(SmsSender).useValue(chain),
    });
  });
  afterAll(() => t.close());

  const codeIn = (text: unknown) => /^Your code is (\d{6})$/.exec(String(text))?.[1] ?? '';

  it('A34, 8.11 the first provider hangs: the code comes through the second within the time, and one message is charged', async () => {
    twilio.behave('hang');
    const number = freshNumber();
    await api(t).sendOtp(number).expect(200);
    expect(charged()).toEqual([0, 1]);
    await expect(twilio.requests[0]?.over).resolves.toBeUndefined();
    await api(t).verify(number, codeIn(bird.requests[0]?.fields['body'])).expect(200);
  });

  it('A34, S1.35 the first provider takes the message and breaks off: 502, the earlier code signs in, and nobody pays twice', async () => {
    const number = freshNumber();
    await api(t).sendOtp(number).expect(200);
    const earlier = codeIn(twilio.requests[0]?.fields['Body']);
    twilio.behave('break');
    const { body } = await api(t).sendOtp(number).expect(502);
    expect(body).toMatchObject({ code: 'SEND_OTP_FAILED' });
    expect(charged()).toEqual([2, 0]);
    await api(t).verify(number, earlier).expect(200);
  });

  it('A34 the first provider takes the message and reports that it did not arrive: the second has the same code', async () => {
    const number = freshNumber();
    const sid = `SM${number.slice(-8).padStart(32, '0')}`;
    twilio.behave(() => ({ status: 201, body: { sid, status: 'queued', price: null, error_code: null } }));
    await api(t).sendOtp(number).expect(200);
    await t.settled();

    const fields = { MessageSid: sid, MessageStatus: 'undelivered' };
    const signature = twilioSdk.getExpectedTwilioSignature(
      authToken,
      `${baseURL}/auth/delivery/twilio`,
      fields,
    );
    await request(t.app.getHttpServer())
      .post('/auth/delivery/twilio')
      .set('x-twilio-signature', signature)
      .type('form')
      .send(fields)
      .expect(204);
    await t.settled();
    const codes = [twilio.requests[0]?.fields['Body'], bird.requests[0]?.fields['body']].map(codeIn);
    expect(codes[1]).toBe(codes[0]);
    await api(t)
      .verify(number, codes[1] ?? '')
      .expect(200);
  });
});
