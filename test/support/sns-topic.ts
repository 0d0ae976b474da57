import { sign } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { selfSigned } from './certificate.js';

const HOST = 'https://sns.eu-central-1.amazonaws.com';
export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:sms-delivery';

const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

type Fields = Record<string, string>;

/** Amazon SNS as far as a subscriber sees it: it signs with a certificate that it hands out, on loopback. */
export class SnsTopic {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** What is done in place of handing out the certificate. */
  instead: ((response: ServerResponse) => void) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly own: ReturnType<typeof selfSigned>,
    /** Where the certificate is. */
    readonly certificate: string,
  ) {}

  static async start(days = 1): Promise<SnsTopic> {
    const own = selfSigned('sns.amazonaws.com', days);
    const server = createServer();
    const topic = new SnsTopic(server, own, `${HOST}/SimpleNotificationService-0123456789abcdef.pem`);
    server.on('request', ({ url = '' }, response) => {
      topic.asked.push(url);
      if (topic.instead) topic.instead(response);
      else if (url.endsWith('.pem')) response.end(own.pem);
      else response.end('<ConfirmSubscriptionResponse/>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return topic;
  }

  /** The name of SNS leads here, as it leads to Amazon elsewhere. */
  readonly fetch: typeof fetch = (input, init) => {
    const { port } = this.server.address() as AddressInfo;
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== HOST) throw new Error(`nobody was to ask ${url.origin}`);
    return fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, init);
  };

  /** What it posts to a subscriber. */
  message(message: unknown, more: Fields = {}): Fields {
    const fields: Fields = {
      Type: 'Notification',
      MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      TopicArn: TOPIC,
      Message: typeof message === 'string' ? message : JSON.stringify(message),
      Timestamp: new Date().toISOString(),
      SignatureVersion: '2',
      SigningCertURL: this.certificate,
      ...more,
    };
    const names = SIGNED[fields['Type'] as keyof typeof SIGNED];
    const text = names
      .flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`]))
      .join('');
    const algorithm = fields['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    return { ...fields, Signature: sign(algorithm, Buffer.from(text), this.own.key).toString('base64') };
  }

  /** What it posts to one that wants to be a subscriber. */
  confirmation(more: Fields = {}): Fields {
    const token = 'a'.repeat(64);
    const SubscribeURL = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${token}`;
    return this.message('You have chosen to subscribe', {
      Type: 'SubscriptionConfirmation',
      Token: token,
      SubscribeURL,
      ...more,
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A delivery log as SNS writes it to CloudWatch. */
export const deliveryLog = (messageId: string, status: 'SUCCESS' | 'FAILURE') => ({
  notification: { messageId, timestamp: '2026-01-20 00:00:00.000' },
  delivery: {
    phoneCarrier: 'My Phone Carrier',
    numberOfMessageParts: 1,
    destination: '+12025550123',
    priceInUSD: 0.00645,
    smsType: 'Transactional',
    providerResponse:
      status === 'SUCCESS' ? 'Message has been accepted by phone carrier' : 'Invalid phone number',
    dwellTimeMs: 599,
  },
  status,
});
