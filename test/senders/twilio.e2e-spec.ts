import { inspect } from 'node:util';
import { TwilioSmsSender, type TwilioSmsSenderOptions } from 'nestjs-phone-auth/twilio';
import type { SmsMessage } from 'nestjs-phone-auth';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answers, TwilioServer, type TwilioAnswer } from '../support/twilio-server.js';

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

let server: TwilioServer;
beforeAll(async () => {
  server = await TwilioServer.start({ [accountSid]: authToken, [apiKey]: apiSecret });
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const senderWith = (options: Partial<TwilioSmsSenderOptions> = {}) =>
  new TwilioSmsSender({ accountSid, authToken, from, apiURL: server.url, ...options });

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
    expect(server.requests.map(({ form }) => form)).toEqual([
      { To: '+12025550123', From: from, Body: 'Your number was changed' },
    ]);
  });

  it('is number, sender, text, and how long the code is good', async () => {
    await senderWith().send(message);
    expect(server.requests.map(({ form }) => form)).toEqual([
      { To: '+12025550123', From: from, Body: 'Your code is 048213', ValidityPeriod: '300' },
    ]);
  });

  it('names the Messaging Service in place of a number', async () => {
    await senderWith({ from: undefined, messagingServiceSid }).send(message);
    expect(server.requests[0]?.form).toMatchObject({ MessagingServiceSid: messagingServiceSid });
    expect(server.requests[0]?.form).not.toHaveProperty('From');
  });

  it('names the status callback', async () => {
    const statusCallback = 'https://user:pass@app.example.com/twilio';
    await senderWith({ statusCallback }).send(message);
    expect(server.requests[0]?.form).toMatchObject({ StatusCallback: statusCallback });
  });

  it('comes with the auth token of the account', async () => {
    await senderWith().send(message);
    expect(server.requests[0]).toMatchObject({ accountSid, username: accountSid });
  });

  it('comes with an API key on behalf of the account', async () => {
    await senderWith({ authToken: undefined, apiKey, apiSecret }).send(message);
    expect(server.requests[0]).toMatchObject({ accountSid, username: apiKey });
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
  const cases: [what: string, answer: TwilioAnswer, expected: RegExp][] = [
    [
      'a number that Twilio refuses',
      answers.refused(400, 21211),
      /^Twilio answered 400 \(error 21211, https:\S+\/21211\)$/,
    ],
    ['a sender that may not', answers.refused(403, 21608), /^Twilio answered 403 \(error 21608, /],
    ['too many requests', answers.refused(429, 20429), /^Twilio answered 429 \(error 20429, /],
    ['an outage without an error code', answers.outage, /^Twilio answered 500$/],
    [
      'a message that is dead on arrival',
      answers.createdAsFailed(30_007),
      /^Twilio rejected the message \(error 30007, /,
    ],
    ['half an answer', answers.breakOff, /^The connection to Twilio failed \(\w+\)$/],
    ['an answer that is no JSON', answers.malformed, /^Twilio's answer could not be read$/],
  ];

  it.each(cases)('tells of %s without number, text or token', async (_, answer, expected) => {
    server.answerWith(answer);
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
    const gone = await TwilioServer.start({});
    const { url } = gone;
    await gone.close();
    expect((await failureOf(senderWith({ apiURL: url }))).message).toBe(
      'The connection to Twilio failed (ECONNREFUSED)',
    );
  });
});

describe('when the time is over', () => {
  it.each([
    ['nothing has come', answers.hang],
    ['half of an answer has come', answers.stall],
  ])('the send fails and its connection is closed: %s', async (_, answer) => {
    server.answerWith(answer);
    const limit = new AbortController();
    const failure = failureOf(senderWith(), limit.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    limit.abort();
    expect((await failure).message).toBe('Twilio did not answer in time');
    await expect(server.requests[0]?.over).resolves.toBeUndefined();
  });

  it('nothing is sent that had not been sent before', async () => {
    const failure = await failureOf(senderWith(), AbortSignal.abort());
    expect(failure.message).toBe('Twilio did not answer in time');
    expect(server.requests).toEqual([]);
  });

  it('other sends of the same sender go on', async () => {
    const sender = senderWith();
    const limit = new AbortController();
    server.answerWith(answers.hang);
    const failure = failureOf(sender, limit.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    const held: (() => void)[] = [];
    server.answerWith((request, response) => held.push(() => answers.created(request, response)));
    const other = sender.send(message);
    await expect.poll(() => held.length).toBe(1);
    limit.abort();
    await failure;
    held[0]?.();
    await expect(other).resolves.toBeUndefined();
  });
});
