import { HttpGateway } from './http-gateway.js';
import type { HttpGatewayOptions } from './http-gateway-options.js';
import type { SendResult } from './send-result.js';
import { type SmsMessage, type SmsNotice, SmsSender } from './sms-sender.js';
import { textsOnly } from './texts-only.js';

/**
 * Sends through a gateway of your own or of your carrier's: one GET to
 * `{endpoint}?username=&password=&phone=&message=` with header `X-API-Key`, and 2xx means yes (S3.2, S3.4–S3.9).
 *
 * @example
 * ```ts
 * providers: [
 *   {
 *     provide: SmsSender,
 *     useValue: new HttpGatewaySmsSender({
 *       endpoint: 'https://gateway.example.com/send',
 *       apiKey: process.env.SMS_API_KEY,
 *       username: process.env.SMS_USERNAME,
 *       password: process.env.SMS_PASSWORD,
 *     }),
 *   },
 * ]
 * ```
 * @publicApi
 */
export class HttpGatewaySmsSender extends SmsSender {
  private readonly gateway: HttpGateway;

  /** @throws PhoneAuthOptionError where an option is missing or cannot be right */
  constructor(options: HttpGatewayOptions) {
    super();
    this.gateway = new HttpGateway(options);
  }

  /** @throws SmsSendError where the gateway does not take the message; it holds neither address nor text */
  override async send({ phoneNumber, text, channel = 'sms', signal }: SmsMessage): Promise<SendResult> {
    textsOnly('the SMS gateway', channel);
    return this.gateway.send(phoneNumber, text, signal);
  }

  /** @throws SmsSendError as in {@link send} */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<SendResult> {
    return this.gateway.send(phoneNumber, text, signal);
  }
}
