import { Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { callback, group, rule, wholeNumber } from '../options/rules.js';
import { type Receipt, ReceiptReader, type ReceiptRequest } from '../sms/receipt-reader.js';
import { readDeliveryLogs } from './delivery-logs.js';
import { SigningCertificates } from './signing-certificates.js';
import { isSignedWith, readEnvelope, type SnsEnvelope } from './sns-envelope.js';
import { fetchFromSns, snsAddress, type SnsRequests } from './sns-web.js';

/** @publicApi */
export interface SnsReceiptsOptions {
  /**
   * The topics whose messages are believed, such as `arn:aws:sns:eu-central-1:123456789012:sms-delivery`. Amazon signs for
   * everybody's topics, so there is no default.
   */
  topicArn: string | readonly string[];
  /** Fetches certificates and confirms subscriptions, for a network that needs a proxy. @default the global `fetch` */
  fetch?: typeof fetch | undefined;
  /** Milliseconds that a certificate or a confirmation may take, 100 to 30 000. @default 5_000 */
  timeout?: number | undefined;
}

const ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/;

const topics = rule((value) => {
  const all: unknown[] = [value].flat();
  return all.length > 0 && all.every((arn) => typeof arn === 'string' && ARN.test(arn));
}, "use ARNs such as 'arn:aws:sns:eu-central-1:123456789012:sms-delivery'");

const check = group({
  topicArn: topics,
  fetch: callback,
  timeout: wholeNumber(100, 30_000, 'milliseconds'),
});

/**
 * Reads what Amazon SNS says of text messages (`SnsSmsSender`). SNS does not call anybody by itself: it writes delivery logs
 * to CloudWatch Logs (switch on "Delivery status logging" of text messaging), from where they have to be published to a
 * topic to which `…/auth/delivery/sns` is subscribed by HTTPS. The subscription is confirmed by itself, for these topics
 * alone.
 *
 * The topic's messages may be, as JSON:
 *
 * - one delivery log as CloudWatch has it, `{ "notification": { "messageId": … }, "status": "SUCCESS" | "FAILURE", … }`
 * - what a subscription filter makes of several, `{ "logEvents": [{ "message": "<a delivery log>" }, …], … }`
 * - the same as a Lambda function is given it, `{ "awslogs": { "data": "<gzip, base64>" } }`
 *
 * Raw message delivery has to stay off for the subscription: such messages carry no signature. Signatures of version 1
 * (SHA-1) and 2 (SHA-256) are read; set `SignatureVersion` of the topic to 2.
 *
 * @example
 * ```ts
 * import { SnsReceipts, SnsSmsSender } from 'nestjs-phone-auth/sns';
 *
 * providers: [
 *   { provide: SmsSender, useValue: new SnsSmsSender() },
 *   { provide: RECEIPT_READERS, useValue: { sns: new SnsReceipts({ topicArn: process.env.SMS_DELIVERY_TOPIC }) } },
 * ]
 *
 * // the Lambda function behind the subscription filter
 * export const handler = (event) =>
 *   new SNSClient().send(new PublishCommand({ TopicArn: process.env.SMS_DELIVERY_TOPIC, Message: JSON.stringify(event) }));
 * ```
 * @publicApi
 */
export class SnsReceipts extends ReceiptReader {
  private readonly logger = new Logger('PhoneAuth');
  private readonly topics: readonly string[];
  private readonly requests: SnsRequests;
  private readonly certificates: SigningCertificates;

  /** @throws PhoneAuthOptionError without a topic, or for what is none */
  constructor(options: SnsReceiptsOptions) {
    super();
    check(options, 'SnsReceipts');
    const { topicArn, timeout = 5_000 } = options;
    topics(topicArn, 'SnsReceipts.topicArn');
    this.topics = [topicArn].flat();
    this.requests = { fetch: options.fetch ?? fetch, timeout };
    this.certificates = new SigningCertificates(this.requests);
  }

  /**
   * @throws PhoneAuthError `INVALID_RECEIPT` where it is not of these topics, or Amazon has not signed it;
   * `SERVICE_UNAVAILABLE` where Amazon cannot be asked
   */
  override async read({ body }: ReceiptRequest): Promise<readonly Receipt[]> {
    const envelope = readEnvelope(body);
    if (!envelope || !this.topics.includes(envelope.TopicArn)) throw new PhoneAuthError('INVALID_RECEIPT');
    const key = await this.certificates.keyAt(envelope.SigningCertURL);
    if (!key || !isSignedWith(key, envelope)) throw new PhoneAuthError('INVALID_RECEIPT');

    if (envelope.Type === 'Notification') return readDeliveryLogs(envelope.Message);
    if (envelope.Type === 'SubscriptionConfirmation') await this.confirm(envelope);
    else this.logger.warn(`${envelope.TopicArn} sends no receipts any more: its subscription was ended`);
    return [];
  }

  private async confirm({ TopicArn: topic, SubscribeURL: address }: SnsEnvelope): Promise<void> {
    const url = snsAddress(address);
    if (!url || (await fetchFromSns(url, this.requests)) === undefined) {
      this.logger.error(`The subscription to ${topic} was not confirmed: SNS did not accept it`);
      return;
    }
    this.logger.log(`Receipts come from ${topic}`);
  }
}
