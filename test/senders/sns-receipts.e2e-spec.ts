import { gzipSync } from 'node:zlib';
import { Controller, Post, Req } from '@nestjs/common';
import { type PhoneAuthEvent, RECEIPT_READERS, SmsSender } from 'nestjs-phone-auth';
import { SnsReceipts, SnsSmsSender } from 'nestjs-phone-auth/sns';
import { FakeSmsProvider } from 'nestjs-phone-auth/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';
import { deliveryLog, SnsTopic, TOPIC } from '../support/sns-topic.js';

let topic: SnsTopic;
let expired: SnsTopic;
let gateway: FakeSmsProvider;
let accepted = 0;
beforeAll(async () => {
  const accepts = () => {
    accepted += 1;
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>sns-${accepted}</MessageId></PublishResult></PublishResponse>`,
    };
  };
  [topic, expired, gateway] = await Promise.all([
    SnsTopic.start(),
    SnsTopic.start(-0.5),
    FakeSmsProvider.start({ accepts, refuses: () => ({ status: 400 }) }),
  ]);
});
afterEach(() => {
  topic.instead = undefined;
  topic.asked.length = 0;
});
afterAll(() => Promise.all([topic.close(), expired.close(), gateway.close()]));

@Controller('host')
class HostController {
  @Post()
  body(@Req() { body }: { body: unknown }) {
    return { type: typeof body };
  }
}

/** One for each adapter: the database has no part in it. */
const adapters = platforms.filter(({ database }) => database === 'sqlite');

describe.each(adapters)('receipts of Amazon SNS on $adapter', (platform) => {
  const events: PhoneAuthEvent[] = [];
  let served: ServedApp;
  let reader: SnsReceipts;
  beforeAll(async () => {
    reader = new SnsReceipts({ topicArn: [TOPIC, `${TOPIC}-of-staging`], fetch: topic.fetch });
    const readers = { sns: reader, gone: new SnsReceipts({ topicArn: TOPIC, fetch: expired.fetch }) };
    served = await ServedApp.on(platform, {
      metadata: { controllers: [HostController] },
      options: {
        providers: [{ provide: RECEIPT_READERS, useValue: readers }],
        onEvent: (event) => events.push(event),
      },
      override: (builder) =>
        builder.overrideProvider(SmsSender).useValue(
          new SnsSmsSender({
            config: {
              region: 'eu-central-1',
              endpoint: gateway.url,
              credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-key' },
            },
          }),
        ),
    });
  });
  afterAll(() => served.close());

  /** As SNS posts: JSON under the name of plain text. */
  const post = async (body: object | string, type = 'text/plain; charset=UTF-8', path = '/delivery/sns') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { status, body: answer } = await served.http.send('POST', path, text, { 'content-type': type });
    await served.t.settled();
    return answer.code ?? status;
  };
  const sent = async () => {
    const { body } = await served.sendOtp(freshNumber());
    await served.t.settled();
    return { challenge: body.challenge ?? '', id: `sns-${accepted}` };
  };
  const statusOf = async (challenge: string) =>
    (await served.http.get('/phone-number/delivery', { 'x-challenge': challenge })).text;

  it.each(['1', '2'])(
    'S4.50 a delivery log that is signed by version %s is told',
    async (SignatureVersion) => {
      const { challenge, id } = await sent();
      expect(await statusOf(challenge)).toBe('{"status":"sent"}');
      events.length = 0;
      expect(await post(topic.message(deliveryLog(id, 'SUCCESS'), { SignatureVersion }))).toBe(204);
      expect(await statusOf(challenge)).toBe('{"status":"delivered"}');
      expect(events).toMatchObject([{ type: 'message.delivered', provider: 'sns', reference: id }]);
    },
  );

  it.each<[string, (log: object) => unknown]>([
    ['as it is', (log) => log],
    ['among those of a subscription filter', (log) => filtered(log)],
    ['as a Lambda function is given them', (log) => ({ awslogs: { data: packed(filtered(log)) } })],
  ])('S4.50 a message that failed is told: its log %s', async (_, wrap) => {
    const { challenge, id } = await sent();
    expect(await post(topic.message(wrap(deliveryLog(id, 'FAILURE')), { Subject: 'Logs' }))).toBe(204);
    expect(await statusOf(challenge)).toBe('{"status":"failed"}');
  });

  it.each<[string, () => object]>([
    ['another text', () => ({ ...topic.message(deliveryLog('sns-1', 'SUCCESS')), Message: '{}' })],
    ['no signature', () => ({ ...topic.message('{}'), Signature: '' })],
    ['a signature of an unknown version', () => ({ ...topic.message('{}'), SignatureVersion: '3' })],
    ['a signature of another version', () => ({ ...topic.message('{}'), SignatureVersion: '1' })],
    ['an unknown type', () => ({ ...topic.message('{}'), Type: 'toString' })],
    ["somebody else's topic", () => topic.message('{}', { TopicArn: `${TOPIC}-of-mallory` })],
    ['a field too few', () => ({ ...topic.message('{}'), Timestamp: undefined })],
    ['a field that is no text', () => ({ ...topic.message('{}'), Message: ['{}'] })],
    ['nothing of SNS', () => ({ reference: 'sns-1', status: 'delivered' })],
  ])('R61 what has %s is 403 INVALID_RECEIPT', async (_, message) => {
    expect(await post(message())).toBe('INVALID_RECEIPT');
  });

  it.each([
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem',
    'https://evil.example/sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://s3.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://me:you@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com/other.pem',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1',
    'https://sns.eu-central-1.amazonaws.com/a/../SimpleNotificationService-0123456789abcdef.pem#x',
    'file:///etc/passwd',
    '',
  ])('R61 a certificate at %s is not asked for', async (SigningCertURL) => {
    expect(await post(topic.message('{}', { SigningCertURL }))).toBe('INVALID_RECEIPT');
    expect(topic.asked).toEqual([]);
  });

  it('R61 a certificate that has ended is none', async () => {
    expect(await post(expired.message('{}'), undefined, '/delivery/gone')).toBe('INVALID_RECEIPT');
  });

  it('a subscription is confirmed where its topic is ours, and where SNS itself wants it', async () => {
    expect(await post(topic.confirmation())).toBe(204);
    expect(topic.asked.filter((path) => path.includes('ConfirmSubscription'))).toHaveLength(1);
    topic.asked.length = 0;

    expect(await post(topic.confirmation({ TopicArn: `${TOPIC}-of-mallory` }))).toBe('INVALID_RECEIPT');
    expect(await post({ ...topic.confirmation(), Token: 'forged' })).toBe('INVALID_RECEIPT');
    expect(await post(topic.confirmation({ SubscribeURL: 'https://intranet.example/delete-all' }))).toBe(204);
    expect(await post(topic.confirmation({ Type: 'UnsubscribeConfirmation' }))).toBe(204);
    expect(topic.asked).toEqual([]);
  });

  it('S4.50 is read as JSON, too, where the topic says what it is', async () => {
    const { challenge, id } = await sent();
    expect(await post(topic.message(deliveryLog(id, 'SUCCESS')), 'application/json')).toBe(204);
    expect(await statusOf(challenge)).toBe('{"status":"delivered"}');
  });

  it('what says nothing of a message is taken and changes nothing', async () => {
    const contents = [
      'text',
      '[]',
      '{"status":"SUCCESS"}',
      { ...deliveryLog('x', 'SUCCESS'), status: 'toString' },
    ];
    for (const content of [...contents, { awslogs: { data: 'x' } }, { logEvents: [null, { message: 'x' }] }])
      expect(await post(topic.message(content))).toBe(204);
  });

  it('R61 a message that is too long is 413', async () => {
    expect(await post('x'.repeat(1_048_577))).toBe('PAYLOAD_TOO_LARGE');
  });

  it("leaves the host's own routes as they were", async () => {
    const { port } = new URL(served.http.origin);
    const answer = await fetch(`http://127.0.0.1:${port}/host`, { method: 'POST', body: 'text' });
    const type = platform.adapter === 'express' ? 'undefined' : 'string';
    expect(await answer.json()).toEqual({ type });
  });
});

describe('the certificate', () => {
  const read = (receipts: SnsReceipts, message = topic.message(deliveryLog('m-1', 'SUCCESS'))) =>
    Promise.resolve(receipts.read({ url: undefined, headers: {}, body: JSON.stringify(message) })).then(
      (told) => told,
      (error: { code?: string }) => error.code,
    );
  const receipts = () => new SnsReceipts({ topicArn: TOPIC, fetch: topic.fetch });

  it('is asked for once, however many messages come at once', async () => {
    const own = receipts();
    const told = await Promise.all(Array.from({ length: 20 }, () => read(own)));
    expect(told[0]).toEqual([{ reference: 'm-1', status: 'delivered' }]);
    await read(own);
    expect(topic.asked).toHaveLength(1);
  });

  it.each<[string, NonNullable<SnsTopic['instead']>]>([
    ['answers 500', (response) => void response.writeHead(500).end('x')],
    ['breaks the connection', (response) => void response.destroy()],
    [
      'breaks off in the middle',
      (response) =>
        void response.writeHead(200, { 'content-length': 99 }).write('-----', () => response.destroy()),
    ],
    ['leads elsewhere', (response) => void response.writeHead(302, { location: 'http://127.0.0.1/' }).end()],
    ['sends too much', (response) => void response.end('x'.repeat(65_537))],
  ])('A34 503, and once more at the next message, where SNS %s', async (_, instead) => {
    const own = receipts();
    topic.instead = instead;
    expect(await read(own)).toBe('SERVICE_UNAVAILABLE');
    topic.instead = undefined;
    expect(await read(own)).toEqual([{ reference: 'm-1', status: 'delivered' }]);
  });

  it('A34 503 where SNS hangs', async () => {
    topic.instead = () => undefined;
    const hasty = new SnsReceipts({ topicArn: TOPIC, fetch: topic.fetch, timeout: 200 });
    expect(await read(hasty)).toBe('SERVICE_UNAVAILABLE');
  });

  it('R61 one that is none is not asked for again for a minute, and few are asked for', async () => {
    const own = receipts();
    topic.instead = (response) => void response.writeHead(404).end();
    const at = (n: number) =>
      topic.message('{}', { SigningCertURL: topic.certificate.replace('abcdef', `abcde${n.toString(16)}`) });
    for (let n = 0; n < 8; n += 1) expect(await read(own, at(n))).toBe('INVALID_RECEIPT');
    expect(await read(own, at(0))).toBe('INVALID_RECEIPT');
    expect(await read(own, at(8))).toBe('SERVICE_UNAVAILABLE');
    expect(topic.asked).toHaveLength(8);
  });
});

describe('S2.26 an option that cannot be right', () => {
  it.each(['', 'sms-delivery', [], ['arn:aws:s3:::bucket']])('is named: topicArn %j', (topicArn) => {
    expect(() => new SnsReceipts({ topicArn })).toThrow('SnsReceipts.topicArn');
  });

  it('is named: timeout', () => {
    expect(() => new SnsReceipts({ topicArn: TOPIC, timeout: 10 })).toThrow('SnsReceipts.timeout');
  });
});

const filtered = (log: object) => ({
  messageType: 'DATA_MESSAGE',
  logGroup: 'sns/eu-central-1/123456789012/DirectPublishToPhoneNumber',
  logEvents: [
    { id: '1', timestamp: 1, message: 'START' },
    { id: '2', timestamp: 2, message: JSON.stringify(log) },
  ],
});
const packed = (content: object) => gzipSync(JSON.stringify(content)).toString('base64');
