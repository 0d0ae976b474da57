import { SNSClient } from '@aws-sdk/client-sns';
import type { SmsMessage } from 'nestjs-phone-auth';
import { SnsSmsSender, type SnsSmsSenderOptions } from 'nestjs-phone-auth/sns';
import { FakeSmsProvider, type ProviderRequest } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arrived, keepsToTheContract } from '../support/sender-contract.js';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-key' };

const message: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: undefined,
  expiresIn: 300,
  signal: new AbortController().signal,
};

/** An error as AWS writes it, which repeats what it was given. */
const error =
  (status: number, code: string, text: (request: ProviderRequest) => string) =>
  (request: ProviderRequest) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text(request)}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  });
const invalidNumber = ({ fields }: ProviderRequest) =>
  `Invalid parameter: PhoneNumber Reason: ${String(fields['PhoneNumber'])} is not valid to publish to: ${String(fields['Message'])}`;

let sns: FakeSmsProvider;
beforeAll(async () => {
  sns = await FakeSmsProvider.start({
    accepts: () => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>sns-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>',
    }),
    refuses: error(400, 'InvalidParameter', invalidNumber),
    checks: ({ headers, fields }) =>
      headers.authorization?.startsWith('AWS4-HMAC-SHA256') && fields['Action'] === 'Publish'
        ? undefined
        : { status: 403 },
  });
});
beforeEach(() => sns.reset());
afterAll(() => sns.close());

const config = (endpoint = sns.url) => ({ region: 'eu-central-1', endpoint, credentials });
const sender = (options: SnsSmsSenderOptions = {}) => new SnsSmsSender({ config: config(), ...options });

/** The message attributes of the last request, by name. */
function attributes(): Record<string, unknown> {
  const fields = sns.requests.at(-1)?.fields ?? {};
  const entries = Object.entries(fields).flatMap(([key, name]) => {
    const entry = /^(MessageAttributes\.entry\.\d+)\.Name$/.exec(key)?.[1];
    return entry ? [[String(name), fields[`${entry}.Value.StringValue`]] as const] : [];
  });
  return Object.fromEntries(entries);
}

describe('the contract of senders', () => {
  keepsToTheContract('A34', () => ({
    provider: sns,
    makeSender: (endpoint) => new SnsSmsSender({ config: config(endpoint) }),
    secrets: [credentials.secretAccessKey],
  }));
});

describe('what AWS is given', () => {
  it('is number, text, and that it is worth its price', async () => {
    expect(await sender().send(message)).toEqual({ status: 'accepted', reference: 'sns-1' });
    expect(sns.requests[0]?.fields).toMatchObject({ PhoneNumber: '+12025550123', Message: message.text });
    expect(attributes()).toEqual({ 'AWS.SNS.SMS.SMSType': 'Transactional' });
  });

  it('is sender, origination number, price limit and the DLT ids of India', async () => {
    const templateId = ({ purpose }: SmsMessage) => `template of ${purpose}`;
    await sender({
      smsType: 'Promotional',
      senderId: 'Acme',
      originationNumber: '+12025550100',
      entityId: 'entity-1',
      templateId,
      maxPrice: 0.2,
    }).send(message);
    expect(attributes()).toEqual({
      'AWS.SNS.SMS.SMSType': 'Promotional',
      'AWS.SNS.SMS.SenderID': 'Acme',
      'AWS.MM.SMS.OriginationNumber': '+12025550100',
      'AWS.MM.SMS.EntityId': 'entity-1',
      'AWS.MM.SMS.TemplateId': 'template of sign-in',
      'AWS.SNS.SMS.MaxPrice': '0.20000',
    });
  });

  it('R48 is a notice without a code, too', async () => {
    const { signal } = message;
    await sender().notify({
      phoneNumber: '+12025550123',
      text: 'Your number was changed',
      userId: 'ada',
      signal,
    });
    expect(sns.requests[0]?.fields).toMatchObject({ Message: 'Your number was changed' });
  });

  it('goes through the client of the host', async () => {
    const client = new SNSClient({ ...config(), maxAttempts: 1 });
    await new SnsSmsSender({ client }).send(message);
    expect(sns.requests).toHaveLength(1);
  });

  it('A34 goes out once, whatever number of attempts the configuration asks for', async () => {
    sns.behave('outage');
    const eager = new SnsSmsSender({ config: { ...config(), maxAttempts: 5 } });
    await expect(eager.send(message)).rejects.toMatchObject({ status: 'rejected' });
    expect(sns.requests).toHaveLength(1);
  });
});

describe('a failure', () => {
  it.each([
    ['nothing has come', 'hang', false],
    ['an answer has begun', 'stall', true],
  ] as const)('A34 it is known whether %s', async (_, mood, answered) => {
    sns.behave(mood);
    const limit = new AbortController();
    const failure = sender()
      .send({ ...message, signal: limit.signal })
      .catch((error: unknown) => error);
    await expect.poll(() => sns.requests.length).toBe(1);
    if (answered) await arrived();
    limit.abort();
    expect(await failure).toMatchObject({ status: 'unknown', answered });
  });

  it.each([
    [400, 'InvalidParameter', invalidNumber, 'number'],
    [400, 'InvalidParameter', () => 'Invalid parameter: SenderID', 'message'],
    [403, 'AuthorizationError', () => 'not authorized', 'provider'],
    [400, 'Throttling', () => 'Rate exceeded', 'provider'],
    [500, 'InternalError', () => 'oh', 'provider'],
  ] as const)('tells whose fault it is: %d %s', async (status, code, words, fault) => {
    sns.behave(error(status, code, words));
    await expect(sender().send(message)).rejects.toMatchObject({
      status: 'rejected',
      fault,
      message: expect.stringMatching(new RegExp(`^AWS SNS answered ${status} \\(${code}\\w*\\)$`)),
    });
  });
});

describe('SnsSmsSender refuses', () => {
  const client = new SNSClient({ region: 'eu-central-1' });
  it.each([
    ['client', { client: {} }],
    ['config', { client, config: {} }],
    ['senderId', { senderId: 'Acme and Sons' }],
    ['originationNumber', { originationNumber: 'Acme' }],
    ['smsType', { smsType: 'Urgent' }],
    ['maxPrice', { maxPrice: 0 }],
    ['templateId', { templateId: 7 }],
    ['retries', { retries: 3 }],
  ])('a wrong %s, naming it', (option, wrong) => {
    expect(() => new SnsSmsSender(wrong as object)).toThrow(
      expect.objectContaining({ option: `SnsSmsSender.${option}` }),
    );
  });
});
