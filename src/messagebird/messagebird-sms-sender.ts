import { isSuccess, ProviderHttp } from '../sms/provider-http.js';
import type { SendFault, SendResult } from '../sms/send-result.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import { checkMessageBirdOptions } from './check-options.js';
import { textsOnly } from '../sms/texts-only.js';

/**
 * Options of `MessageBirdSmsSender`.
 *
 * @publicApi
 */
export interface MessageBirdSmsSenderOptions {
  /** Access key of the account. */
  accessKey: string;
  /** The number or name to send from. */
  originator: string;
  /** Address that MessageBird calls as the message makes its way. @default none */
  reportUrl?: string | undefined;
  /** Address of the API, such as a stand-in in tests. It is given the key. @default 'https://rest.messagebird.com' */
  apiURL?: string | undefined;
}

/** MessageBird's errors: 9 is "no (correct) recipients found", 25 is "not enough balance". */
const FAULT: Readonly<Record<number, SendFault>> = { 9: 'number', 25: 'provider' };

/**
 * Sends codes through MessageBird's SMS API (rest.messagebird.com), without an SDK. For accounts of the newer Bird
 * platform use `BirdSmsSender`. A message is sent once and never tried again, and MessageBird drops it where it has not
 * left before its code expires.
 *
 * @example
 * ```ts
 * import { MessageBirdSmsSender } from 'nestjs-phone-auth/messagebird';
 *
 * providers: [
 *   { provide: SmsSender, useValue: new MessageBirdSmsSender({ accessKey: process.env.BIRD_KEY, originator: 'Acme' }) },
 * ]
 * ```
 * @publicApi
 */
export class MessageBirdSmsSender extends SmsSender {
  private readonly http = new ProviderHttp('MessageBird');

  /** @throws PhoneAuthOptionError where an option is missing or cannot be right */
  constructor(private readonly options: MessageBirdSmsSenderOptions) {
    super();
    checkMessageBirdOptions(options);
  }

  /** @throws SmsSendError where MessageBird does not accept the message */
  override async send(message: SmsMessage): Promise<SendResult> {
    const { phoneNumber, text, channel = 'sms', expiresIn, idempotencyKey, signal } = message;
    textsOnly('MessageBirdSmsSender', channel);
    return this.post(phoneNumber, text, signal, { validity: expiresIn, reference: idempotencyKey });
  }

  /** @throws SmsSendError where MessageBird does not accept the message */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<SendResult> {
    return this.post(phoneNumber, text, signal);
  }

  private async post(
    phoneNumber: string,
    text: string,
    signal: AbortSignal,
    more: { validity?: number; reference?: string | undefined } = {},
  ): Promise<SendResult> {
    const { accessKey, originator, reportUrl, apiURL = 'https://rest.messagebird.com' } = this.options;
    const { status, body } = await this.http.ask(
      {
        url: new URL(`${apiURL.replace(/\/+$/, '')}/messages`),
        headers: { authorization: `AccessKey ${accessKey}`, accept: 'application/json' },
        body: {
          originator,
          recipients: [phoneNumber.slice(1)],
          body: text,
          datacoding: 'auto',
          reportUrl,
          ...more,
        },
      },
      signal,
    );
    if (isSuccess(status))
      return { status: 'accepted', reference: (body as { id?: string } | undefined)?.id };
    const code = (body as { errors?: { code?: unknown }[] } | undefined)?.errors?.[0]?.code;
    throw typeof code === 'number'
      ? this.http.refusal(status, `error ${code}`, FAULT[code])
      : this.http.refusal(status);
  }
}
