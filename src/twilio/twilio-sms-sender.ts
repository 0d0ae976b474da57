import type { Twilio } from 'twilio';
import type { SendResult } from '../sms/send-result.js';
import { SmsSendError } from '../sms/sms-send-error.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import { checkTwilioOptions } from './check-twilio-options.js';
import { spokenCode } from './spoken-code.js';
import { TwilioAccount } from './twilio-account.js';
import { rejectedMessage } from './twilio-error.js';
import type { TwilioSmsSenderOptions } from './twilio-options.js';

type NewMessage = Parameters<Twilio['messages']['create']>[0];

/**
 * Sends codes through Twilio Programmable Messaging, and reads them out through Programmable Voice. Needs the package
 * `twilio`, 5 or 6.
 *
 * A message is sent once and never tried again, and Twilio drops it where it has not left before its code expires. The
 * connection is closed when the time limit of the send (`messages.timeout`) is over. A failure becomes an
 * {@link SmsSendError} with HTTP status and Twilio's error code; credentials, number and text are in none of its
 * properties.
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
  private readonly account: TwilioAccount<'messages' | 'calls'>;

  /** @throws PhoneAuthOptionError where an option is missing, cannot be right, or contradicts another */
  constructor(private readonly options: TwilioSmsSenderOptions) {
    super();
    checkTwilioOptions(options);
    this.account = new TwilioAccount(options);
  }

  /** @throws SmsSendError where Twilio does not accept the message */
  override async send(message: SmsMessage): Promise<SendResult> {
    const { phoneNumber, text, expiresIn, signal } = message;
    switch (message.channel) {
      case 'voice':
        return this.call(message);
      case 'whatsapp':
        return this.create(this.onWhatsApp(message), signal);
      default:
        // a code that arrives after it has expired costs money and confuses
        return this.create(
          { ...this.origin(), to: phoneNumber, body: text, validityPeriod: expiresIn },
          signal,
        );
    }
  }

  /** @throws SmsSendError where Twilio does not accept the message */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<SendResult> {
    return this.create({ ...this.origin(), to: phoneNumber, body: text }, signal);
  }

  private origin(): Pick<NewMessage, 'from' | 'messagingServiceSid'> {
    const { from, messagingServiceSid } = this.options;
    return messagingServiceSid ? { messagingServiceSid } : { from: from as string };
  }

  private onWhatsApp({ phoneNumber, text, code }: SmsMessage): NewMessage {
    const { whatsapp } = this.options;
    if (!whatsapp) throw notSetUp('whatsapp');
    const content = whatsapp.contentSid
      ? { contentSid: whatsapp.contentSid, contentVariables: JSON.stringify({ '1': code }) }
      : { body: text };
    return { to: `whatsapp:${phoneNumber}`, from: `whatsapp:${whatsapp.from}`, ...content };
  }

  private async create(message: NewMessage, signal: AbortSignal): Promise<SendResult> {
    const { statusCallback } = this.options;
    const { errorCode, sid, price, priceUnit } = await this.account.request(signal, ({ messages }) =>
      messages.create({ ...message, ...(statusCallback && { statusCallback }) }),
    );
    if (errorCode) throw rejectedMessage(errorCode);
    return {
      status: 'accepted',
      reference: sid,
      // Twilio writes what it takes away with a minus
      price: price ? { amount: Math.abs(Number(price)), currency: priceUnit.toUpperCase() } : undefined,
    };
  }

  private async call({ phoneNumber, text, code, locale, signal }: SmsMessage): Promise<SendResult> {
    const { voice, statusCallback } = this.options;
    if (!voice) throw notSetUp('voice');
    const twiml = spokenCode(text, code, locale ?? voice.language ?? 'en-US');
    const { sid } = await this.account.request(signal, ({ calls }) =>
      calls.create({ to: phoneNumber, from: voice.from, twiml, ...(statusCallback && { statusCallback }) }),
    );
    return { status: 'accepted', reference: sid };
  }
}

const notSetUp = (channel: 'whatsapp' | 'voice') =>
  new SmsSendError('rejected', `TwilioSmsSender.${channel} is not set`, 'message');
