import twilio, { type Twilio } from 'twilio';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import { checkTwilioOptions } from './check-twilio-options.js';
import { rejectedMessage, twilioError } from './twilio-error.js';
import type { TwilioSmsSenderOptions } from './twilio-options.js';
import { TwilioRequestClient } from './twilio-request-client.js';

export type { TwilioSmsSenderOptions };

/**
 * Sends codes through Twilio Programmable Messaging. Needs the package `twilio`, 5 or 6.
 *
 * A message is sent once and never tried again, and Twilio drops it where it has not left before its code expires. The
 * connection is closed when the time limit of the send (`messages.timeout`) is over. A failure becomes an `Error` with
 * HTTP status and Twilio's error code; credentials, number and text are in none of its properties.
 *
 * @example
 * ```ts
 * import { TwilioSmsSender } from 'nestjs-phone-auth/twilio';
 *
 * PhoneAuthModule.forRoot({
 *   secret: process.env.PHONE_AUTH_SECRET,
 *   providers: [
 *     {
 *       provide: SmsSender,
 *       useValue: new TwilioSmsSender({
 *         accountSid: process.env.TWILIO_ACCOUNT_SID,
 *         authToken: process.env.TWILIO_AUTH_TOKEN,
 *         from: '+12025550123',
 *       }),
 *     },
 *   ],
 * })
 * ```
 *
 * @example
 * ```ts
 * // a region of its own
 * const client = twilio(apiKey, apiSecret, { accountSid, region: 'ie1', edge: 'dublin', timeout: 10_000 });
 * new TwilioSmsSender({ client, messagingServiceSid: 'MG…' })
 * ```
 * @publicApi
 */
export class TwilioSmsSender extends SmsSender {
  private readonly http: TwilioRequestClient | undefined;
  private readonly client: Pick<Twilio, 'messages'>;
  private readonly origin: { from: string } | { messagingServiceSid: string };
  private readonly statusCallback: string | undefined;

  /** @throws PhoneAuthOptionError where an option is missing, cannot be right, or contradicts another */
  constructor(options: TwilioSmsSenderOptions) {
    super();
    checkTwilioOptions(options);
    if (options.client) {
      this.client = options.client;
    } else {
      this.http = new TwilioRequestClient(options.apiURL);
      this.client = makeClient(options, this.http);
    }
    const { from, messagingServiceSid, statusCallback } = options;
    this.origin = messagingServiceSid ? { messagingServiceSid } : { from: from as string };
    this.statusCallback = statusCallback;
  }

  /** @throws Error where Twilio does not accept the message */
  override send({ phoneNumber, text, expiresIn, signal }: SmsMessage): Promise<void> {
    // a code that arrives after it has expired costs money and confuses
    return this.create({ to: phoneNumber, body: text, validityPeriod: expiresIn }, signal);
  }

  /** @throws Error where Twilio does not accept the message */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<void> {
    return this.create({ to: phoneNumber, body: text }, signal);
  }

  private async create(
    message: { to: string; body: string; validityPeriod?: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { statusCallback } = this;
    const create = () =>
      this.client.messages.create({ ...this.origin, ...message, ...(statusCallback && { statusCallback }) });
    let errorCode: number;
    try {
      ({ errorCode } = await (this.http ? this.http.until(signal, create) : create()));
    } catch (cause) {
      throw twilioError(cause, signal);
    }
    if (errorCode) throw rejectedMessage(errorCode);
  }
}

function makeClient(options: TwilioSmsSenderOptions, httpClient: TwilioRequestClient): Twilio {
  const { accountSid, authToken, apiKey, apiSecret } = options;
  return apiKey && accountSid
    ? twilio(apiKey, apiSecret, { accountSid, httpClient })
    : twilio(accountSid, authToken, { httpClient });
}
