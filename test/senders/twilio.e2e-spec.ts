import { inspect } from 'node:util';
import { TwilioSmsSender, type TwilioSmsSenderOptions } from 'nestjs-phone-auth/twilio';
import type { SmsMessage } from 'nestjs-phone-auth';
import { type FakeSmsProvider, type ProviderMood } from 'nestjs-phone-auth/testing';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arrived, keepsToTheContract } from '../support/sender-contract.js';
import { gate } from '../support/gate.js';
import { accountOf, createdAsFailed, refused, startTwilio, userOf } from '../support/twilio-server.js';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'token-of-the-account';
const apiKey = `SK${'2'.repeat(32)}`;
const apiSecret = 'secret-of-the-key';
const messagingServiceSid = `MG${'3'.repeat(32)}`;
const from = '+12025550100';

const message: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: undefined,
  expiresIn: 300,
  signal: new AbortController().signal,
};

const credentials = { [accountSid]: authToken, [apiKey]: apiSecret };

let server: FakeSmsProvider;
beforeAll(async () => {
  server = await startTwilio(credentials);
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const senderWith = (options: Partial<TwilioSmsSenderOptions> = {}) =>
  new TwilioSmsSender({ accountSid, authToken, from, apiURL: server.url, ...options });

/** Account and user of the first request. */
const origin = ({ requests: [first] }: FakeSmsProvider) =>
  first && [accountOf(first), userOf(first, credentials)];

/** The error that a send ends with. */
async function failureOf(sender: TwilioSmsSender, signal = message.signal): Promise<Error> {
  const failure = await sender.send({ ...message, signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error)) throw new Error('the message was sent');
  return failure;
}

describe('what Twilio is given', () => {
  it('R48 is a notice without a code, too', async () => {
    const { signal } = new AbortController();
    await senderWith().notify({
      phoneNumber: '+12025550123',
      text: 'Your number was changed',
      userId: 'ada',
      signal,
    });
    expect(server.requests.map(({ fields }) => fields)).toEqual([
      { To: '+12025550123', From: from, Body: 'Your number was changed' },
    ]);
  });

  it('is number, sender, text, and how long the code is good', async () => {
    await senderWith().send(message);
    expect(server.requests.map(({ fields }) => fields)).toEqual([
      { To: '+12025550123', From: from, Body: 'Your code is 048213', ValidityPeriod: '300' },
    ]);
  });

  it('names the Messaging Service in place of a number', async () => {
    await senderWith({ from: undefined, messagingServiceSid }).send(message);
    expect(server.requests[0]?.fields).toMatchObject({ MessagingServiceSid: messagingServiceSid });
    expect(server.requests[0]?.fields).not.toHaveProperty('From');
  });

  it('names the status callback', async () => {
    const statusCallback = 'https://user:pass@app.example.com/twilio';
    await senderWith({ statusCallback }).send(message);
    expect(server.requests[0]?.fields).toMatchObject({ StatusCallback: statusCallback });
  });

  it('comes with the auth token of the account', async () => {
    await senderWith().send(message);
    expect(origin(server)).toEqual([accountSid, accountSid]);
  });

  it('comes with an API key on behalf of the account', async () => {
    await senderWith({ authToken: undefined, apiKey, apiSecret }).send(message);
    expect(origin(server)).toEqual([accountSid, apiKey]);
  });

  it('goes below the path of a gateway', async () => {
    const failure = await failureOf(senderWith({ apiURL: `${server.url}/gateway/` }));
    expect(failure.message).toMatch('404 (error 20404');
  });

  it('goes through the client of the host', async () => {
    const httpClient = new twilio.RequestClient();
    httpClient.axios.interceptors.request.use((config) => {
      config.url = config.url?.replace('https://api.twilio.com', server.url) ?? '';
      return config;
    });
    const client = twilio(accountSid, authToken, { httpClient });
    await new TwilioSmsSender({ client, from }).send(message);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a failure', () => {
  const cases: [what: string, answer: ProviderMood, expected: RegExp][] = [
    [
      'a number that Twilio refuses',
      refused(400, 21211),
      /^Twilio answered 400 \(error 21211, https:\S+\/21211\)$/,
    ],
    ['a sender that may not', refused(403, 21608), /^Twilio answered 403 \(error 21608, /],
    ['too many requests', refused(429, 20429), /^Twilio answered 429 \(error 20429, /],
    ['an outage without an error code', 'outage', /^Twilio answered 500$/],
    [
      'a message that is dead on arrival',
      createdAsFailed(30_007),
      /^Twilio rejected the message \(error 30007, /,
    ],
    ['half an answer', 'cut', /^The connection to Twilio failed \(\w+\)$/],
    ['an answer that is no JSON', 'garble', /^Twilio's answer could not be read$/],
  ];

  it.each(cases)('tells of %s without number, text or token', async (_, answer, expected) => {
    server.behave(answer);
    const failure = await failureOf(senderWith());
    expect(failure.message).toMatch(expected);
    expect(server.requests).toHaveLength(1); // never tried twice: a person would get two messages
    const everything = inspect(failure, { depth: Infinity, showHidden: true });
    const basic = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
    for (const secret of ['12025550123', '048213', authToken, basic]) {
      expect(everything).not.toContain(secret);
    }
  });

  it('tells of credentials that Twilio does not know, and not what they are', async () => {
    const failure = await failureOf(senderWith({ authToken: 'a-wrong-token' }));
    expect(failure.message).toMatch(/^Twilio answered 401 \(error 20003, /);
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain('a-wrong-token');
  });

  it('tells of an address where nobody listens', async () => {
    const gone = await startTwilio({});
    const { url } = gone;
    await gone.close();
    expect((await failureOf(senderWith({ apiURL: url }))).message).toBe(
      'The connection to Twilio failed (ECONNREFUSED)',
    );
  });
});

describe('when the time is over', () => {
  it.each([
    ['nothing has come', 'hang', false],
    ['an answer has begun', 'stall', true],
  ] as const)('A34 it is known whether %s', async (_, mood, answered) => {
    server.behave(mood);
    const limit = new AbortController();
    const failure = senderWith()
      .send({ ...message, signal: limit.signal })
      .catch((error: unknown) => error);
    await expect.poll(() => server.requests.length).toBe(1);
    if (answered) await arrived();
    limit.abort();
    expect(await failure).toMatchObject({ status: 'unknown', answered });
  });

  it.each([
    ['nothing has come', 'hang'],
    ['half of an answer has come', 'stall'],
  ] as const)('the send fails and its connection is closed: %s', async (_, answer) => {
    server.behave(answer);
    const limit = new AbortController();
    const failure = failureOf(senderWith(), limit.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    limit.abort();
    expect((await failure).message).toBe('Twilio did not answer in time');
    await expect(server.requests[0]?.over).resolves.toBeUndefined();
  });

  it('nothing is sent that had not been sent before', async () => {
    const failure = await failureOf(senderWith(), AbortSignal.abort());
    expect(failure.message).toBe('The time was over before Twilio was asked');
    expect(server.requests).toEqual([]);
  });

  it('other sends of the same sender go on', async () => {
    const sender = senderWith();
    const limit = new AbortController();
    server.behave('hang');
    const failure = failureOf(sender, limit.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    const { reached, pass, open } = gate();
    server.behave(async (request) => {
      await pass();
      return server.dialect.accepts(request);
    });
    const other = sender.send(message);
    await reached;
    limit.abort();
    await failure;
    open();
    await expect(other).resolves.toMatchObject({ status: 'accepted' });
  });
});

describe('what Twilio answers', () => {
  it('is the reference of the message', async () => {
    expect(await senderWith().send(message)).toEqual({
      status: 'accepted',
      reference: `SM${'0'.repeat(32)}`,
    });
  });

  it('R29 is its price, where Twilio knows it already', async () => {
    server.behave((request) => {
      const { status, body } = server.dialect.accepts(request);
      return { status, body: { ...(body as object), price: '-0.00750', price_unit: 'usd' } };
    });
    expect(await senderWith().send(message)).toMatchObject({ price: { amount: 0.0075, currency: 'USD' } });
  });

  it.each([
    ['the number does not exist', refused(400, 21_211), 'number'],
    ['its owner has said STOP', refused(400, 21_610), 'number'],
    ['the country is not switched on', refused(403, 21_408), 'message'],
    ['there were too many requests', refused(429, 20_429), 'provider'],
    ['it is out of order', 'outage', 'provider'],
  ] as const)('tells whose fault it is: %s', async (_, mood, fault) => {
    server.behave(mood);
    expect(await failureOf(senderWith())).toMatchObject({ status: 'rejected', fault });
  });
});

describe('another channel', () => {
  const number = '+12025550111';

  it('WhatsApp gets the approved template with the code', async () => {
    const contentSid = `HX${'4'.repeat(32)}`;
    await senderWith({ whatsapp: { from: number, contentSid } }).send({ ...message, channel: 'whatsapp' });
    expect(server.requests.map(({ fields }) => fields)).toEqual([
      {
        To: 'whatsapp:+12025550123',
        From: `whatsapp:${number}`,
        ContentSid: contentSid,
        ContentVariables: '{"1":"048213"}',
      },
    ]);
  });

  it('WhatsApp gets the text where there is no template', async () => {
    await senderWith({ whatsapp: { from: number } }).send({ ...message, channel: 'whatsapp' });
    expect(server.requests[0]?.fields).toMatchObject({ To: 'whatsapp:+12025550123', Body: message.text });
  });

  it('a call reads the digits one by one, twice, in the language of the person', async () => {
    const text = 'Acme & Co: your code is 048213';
    const result = await senderWith({ voice: { from: number } }).send({
      ...message,
      text,
      channel: 'voice',
      locale: 'en-GB',
    });
    expect(result).toEqual({ status: 'accepted', reference: `CA${'0'.repeat(32)}` });
    const { To, From, Twiml } = server.requests[0]?.fields ?? {};
    expect([To, From]).toEqual(['+12025550123', number]);
    const said = '<Say language="en-GB">Acme &amp; Co: your code is 0, 4, 8, 2, 1, 3</Say>';
    expect(String(Twiml).split(said)).toHaveLength(3);
  });

  it.each(['whatsapp', 'voice'] as const)(
    '%s that is not set up is refused, and nothing is sent',
    async (channel) => {
      await expect(senderWith().send({ ...message, channel })).rejects.toMatchObject({
        status: 'rejected',
        fault: 'message',
        message: `TwilioSmsSender.${channel} is not set`,
      });
      expect(server.requests).toEqual([]);
    },
  );
});

describe.each([
  ['a text', {}],
  ['WhatsApp', { channel: 'whatsapp' }],
  ['a call', { channel: 'voice' }],
] as const)('the contract of senders, by %s', (_, channel) => {
  keepsToTheContract('A34', () => ({
    provider: server,
    makeSender: (apiURL) => senderWith({ apiURL, whatsapp: { from }, voice: { from } }),
    secrets: [authToken, Buffer.from(`${accountSid}:${authToken}`).toString('base64')],
    message: channel,
  }));
});
