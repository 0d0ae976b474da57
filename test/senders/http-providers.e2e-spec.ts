import type { SmsMessage, SmsSender } from 'nestjs-phone-auth';
import { PhoneAuthOptionError } from 'nestjs-phone-auth';
import { BirdSmsSender, MessageBirdSmsSender } from 'nestjs-phone-auth/messagebird';
import { FakeSmsProvider, type ProviderDialect } from 'nestjs-phone-auth/testing';
import { VonageSmsSender } from 'nestjs-phone-auth/vonage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepsToTheContract } from '../support/sender-contract.js';

const message: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: undefined,
  expiresIn: 300,
  idempotencyKey: 'code-1',
  signal: new AbortController().signal,
};
const notice = { phoneNumber: '+12025550123', text: 'Your number was changed', userId: 'ada' };

/** A provider for a suite. */
function provide(dialect: ProviderDialect) {
  let provider: FakeSmsProvider;
  beforeAll(async () => {
    provider = await FakeSmsProvider.start(dialect);
  });
  beforeEach(() => provider.reset());
  afterAll(() => provider.close());
  return () => provider;
}

const failureOf = (sending: Promise<unknown>) =>
  sending.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('VonageSmsSender', () => {
  const part = (more: object) => ({
    status: 200,
    body: { 'message-count': '1', messages: [{ to: '12025550123', ...more }] },
  });
  const vonage = provide({
    accepts: () =>
      part({ 'message-id': 'v-1', status: '0', 'message-price': '0.03330000', network: '310004' }),
    refuses: ({ fields }) => part({ status: '7', 'error-text': `Number barred: ${String(fields['to'])}` }),
    checks: ({ method, path }) => (method === 'POST' && path === '/sms/json' ? undefined : { status: 404 }),
  });
  const options = { apiKey: 'abcd1234', apiSecret: 'secret-of-the-account', from: 'Acme' };
  const sender = (more: object = {}) => new VonageSmsSender({ ...options, apiURL: vonage().url, ...more });
  const basic = Buffer.from(`${options.apiKey}:${options.apiSecret}`).toString('base64');

  keepsToTheContract('A34', () => ({
    provider: vonage(),
    makeSender: (apiURL) => sender({ apiURL }),
    secrets: [options.apiSecret, basic],
  }));

  it('sends a form with sender, number, text, lifetime and reference', async () => {
    expect(await sender().send(message)).toEqual({
      status: 'accepted',
      reference: 'v-1',
      price: { amount: 0.0333, currency: 'EUR' },
    });
    const [request] = vonage().requests;
    expect(request?.headers.authorization).toBe(`Basic ${basic}`);
    expect(request?.fields).toEqual({
      from: 'Acme',
      to: '12025550123',
      text: message.text,
      type: 'text',
      ttl: '300000',
      'client-ref': 'code-1',
    });
  });

  it('R37 says so where a text is outside the alphabet of GSM', async () => {
    await sender().send({ ...message, text: 'Ваш код: 048213' });
    expect(vonage().requests[0]?.fields).toMatchObject({ type: 'unicode', text: 'Ваш код: 048213' });
  });

  it('names the DLT ids that India wants, a template for each purpose', async () => {
    const contentId = ({ purpose }: SmsMessage) => `template of ${purpose}`;
    await sender({ entityId: 'entity-1', contentId }).send(message);
    expect(vonage().requests[0]?.fields).toMatchObject({
      'entity-id': 'entity-1',
      'content-id': 'template of sign-in',
    });
  });

  it('R48 sends notices', async () => {
    await sender().notify({ ...notice, signal: message.signal });
    expect(vonage().requests[0]?.fields).toEqual({
      from: 'Acme',
      to: '12025550123',
      text: notice.text,
      type: 'text',
    });
  });

  it.each([
    ['1', 'provider'],
    ['4', 'provider'],
    ['6', 'message'],
    ['7', 'number'],
    ['9', 'provider'],
    ['15', 'message'],
    ['33', 'number'],
  ])('tells whose fault it is, although the answer is 200: status %s is of the %s', async (status, fault) => {
    vonage().behave(() => part({ status, 'error-text': 'Your code is 048213' }));
    expect(await failureOf(sender().send(message))).toMatchObject({
      status: 'rejected',
      fault,
      message: `Vonage answered status ${status}`,
    });
  });

  it('A34 a text of which one part is out and another is not is unknown', async () => {
    vonage().behave(() => ({
      status: 200,
      body: { messages: [{ status: '0', 'message-id': 'v-1' }, { status: '5' }] },
    }));
    expect(await failureOf(sender().send(message))).toMatchObject({ status: 'unknown' });
  });

  it.each([
    ['apiSecret', { apiSecret: 'a secret' }],
    ['from', { from: 'Acme and Sons' }],
    ['apiURL', { apiURL: 'rest.nexmo.com' }],
    ['apiKey', { apiKey: undefined }],
  ])('refuses a wrong %s without printing a secret', (option, wrong) => {
    expect(() => sender(wrong)).toThrow(expect.objectContaining({ option: `VonageSmsSender.${option}` }));
    expect(() => sender(wrong)).not.toThrow(/a secret/);
  });
});

describe('MessageBirdSmsSender', () => {
  const bird = provide({
    accepts: () => ({ status: 201, body: { id: 'mb-1', recipients: { totalSentCount: 1 } } }),
    refuses: ({ body }) => ({
      status: 422,
      body: {
        errors: [
          { code: 9, description: `no (correct) recipients found in ${body}`, parameter: 'recipients' },
        ],
      },
    }),
    checks: ({ method, path }) => (method === 'POST' && path === '/messages' ? undefined : { status: 404 }),
  });
  const options = { accessKey: 'key-of-the-account', originator: 'Acme' };
  const sender = (more: object = {}) => new MessageBirdSmsSender({ ...options, apiURL: bird().url, ...more });

  keepsToTheContract('A34', () => ({
    provider: bird(),
    makeSender: (apiURL) => sender({ apiURL }),
    secrets: [options.accessKey],
  }));

  it('sends JSON with sender, number, text, lifetime and reference', async () => {
    expect(await sender().send(message)).toEqual({ status: 'accepted', reference: 'mb-1' });
    const [request] = bird().requests;
    expect(request?.headers.authorization).toBe(`AccessKey ${options.accessKey}`);
    expect(request?.fields).toEqual({
      originator: 'Acme',
      recipients: ['12025550123'],
      body: message.text,
      datacoding: 'auto',
      validity: 300,
      reference: 'code-1',
    });
  });

  it.each([
    [422, 9, 'number', 'MessageBird answered 422 (error 9)'],
    [401, 2, 'provider', 'MessageBird answered 401 (error 2)'],
    [402, 25, 'provider', 'MessageBird answered 402 (error 25)'],
    [422, 10, 'message', 'MessageBird answered 422 (error 10)'],
  ])('tells whose fault it is: %d with error %d is of the %s', async (status, code, fault, words) => {
    bird().behave(() => ({ status, body: { errors: [{ code, description: message.text }] } }));
    expect(await failureOf(sender().send(message))).toMatchObject({
      status: 'rejected',
      fault,
      message: words,
    });
  });

  it('refuses options that are missing', () => {
    expect(() => sender({ originator: undefined })).toThrow(PhoneAuthOptionError);
    expect(() => sender({ accessKey: undefined })).toThrow(/MessageBirdSmsSender.accessKey is missing/);
  });
});

describe('BirdSmsSender', () => {
  const bird = provide({
    accepts: () => ({ status: 202, body: { id: 'b-1', status: 'accepted' } }),
    refuses: ({ body }) => ({
      status: 422,
      body: { code: 'InvalidPayload', message: `cannot send ${body}` },
    }),
    checks: ({ path }) => (path === '/workspaces/ws-1/channels/ch-1/messages' ? undefined : { status: 404 }),
  });
  const options = { accessKey: 'key-of-the-workspace', workspaceId: 'ws-1', channelId: 'ch-1' };
  const sender = (more: object = {}) => new BirdSmsSender({ ...options, apiURL: bird().url, ...more });

  keepsToTheContract('A34', () => ({
    provider: bird(),
    makeSender: (apiURL) => sender({ apiURL }),
    secrets: [options.accessKey],
  }));

  it('sends JSON with number, text and reference to the channel', async () => {
    expect(await sender().send(message)).toEqual({ status: 'accepted', reference: 'b-1' });
    const [request] = bird().requests;
    expect(request?.headers.authorization).toBe(`AccessKey ${options.accessKey}`);
    expect(request?.fields).toEqual({
      receiver: { contacts: [{ identifierKey: 'phonenumber', identifierValue: '+12025550123' }] },
      body: { type: 'text', text: { text: message.text } },
      reference: 'code-1',
    });
  });
});

describe('none of them', () => {
  const nowhere = 'http://127.0.0.1:9';
  const senders: [string, SmsSender][] = [
    ['VonageSmsSender', new VonageSmsSender({ apiKey: 'a', apiSecret: 'b', from: 'Acme', apiURL: nowhere })],
    [
      'MessageBirdSmsSender',
      new MessageBirdSmsSender({ accessKey: 'a', originator: 'Acme', apiURL: nowhere }),
    ],
    [
      'BirdSmsSender',
      new BirdSmsSender({ accessKey: 'a', workspaceId: 'w', channelId: 'c', apiURL: nowhere }),
    ],
  ];
  it.each(senders)('%s pretends to call: a channel that it has not is refused', async (_, sender) => {
    expect(await failureOf(sender.send({ ...message, channel: 'voice' }))).toMatchObject({
      status: 'rejected',
      fault: 'message',
      message: expect.stringContaining('has no voice'),
    });
  });
});
