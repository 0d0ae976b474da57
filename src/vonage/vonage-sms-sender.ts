import { isSuccess, ProviderHttp } from '../sms/provider-http.js';
import { smsSegments } from '../sms/segments.js';
import type { SendFault, SendResult } from '../sms/send-result.js';
import { SmsSendError } from '../sms/sms-send-error.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import { checkVonageOptions, type VonageSmsSenderOptions } from './vonage-options.js';
import { textsOnly } from '../sms/texts-only.js';

export type { VonageSmsSenderOptions };

/** One part of a message, as Vonage answers. */
interface VonagePart {
  readonly status?: string;
  readonly 'message-id'?: string;
  readonly 'message-price'?: string;
}

/** https://developer.vonage.com/en/api-errors/sms: what is not named here is the provider's fault. */
const FAULT: Readonly<Record<string, SendFault>> = {
  '7': 'number', // barred
  '33': 'number', // de-activated
  '3': 'message', // an invalid parameter
  '6': 'message', // a prefix that Vonage does not know
  '12': 'message', // too long
  '15': 'message', // a sender that this country does not take
  '22': 'message', // an invalid network code
  '29': 'message', // a number that a trial account may not write to
};

/** Vonage keeps a message for 20 seconds at least, in milliseconds. */
const SHORTEST_LIFE = 20_000;

/**
 * Sends codes through Vonage's SMS API, without an SDK. A message is sent once and never tried again, and Vonage drops it
 * where it has not left before its code expires.
 *
 * @example
 * ```ts
 * import { VonageSmsSender } from 'nestjs-phone-auth/vonage';
 *
 * providers: [
 *   {
 *     provide: SmsSender,
 *     useValue: new VonageSmsSender({ apiKey: 'abcd1234', apiSecret: process.env.VONAGE_SECRET, from: 'Acme' }),
 *   },
 * ]
 * ```
 * @publicApi
 */
export class VonageSmsSender extends SmsSender {
  private readonly http = new ProviderHttp('Vonage');

  /** @throws PhoneAuthOptionError where an option is missing or cannot be right */
  constructor(private readonly options: VonageSmsSenderOptions) {
    super();
    checkVonageOptions(options);
  }

  /** @throws SmsSendError where Vonage does not accept the message */
  override async send(message: SmsMessage): Promise<SendResult> {
    const { phoneNumber, text, channel = 'sms', expiresIn, idempotencyKey, signal } = message;
    textsOnly('VonageSmsSender', channel);
    const { entityId, contentId } = this.options;
    return this.post(phoneNumber, text, signal, {
      ttl: String(Math.max(expiresIn * 1_000, SHORTEST_LIFE)),
      'client-ref': idempotencyKey,
      'entity-id': entityId,
      'content-id': typeof contentId === 'function' ? contentId(message) : contentId,
    });
  }

  /** @throws SmsSendError where Vonage does not accept the message */
  override notify({ phoneNumber, text, signal }: SmsNotice): Promise<SendResult> {
    return this.post(phoneNumber, text, signal);
  }

  private async post(
    phoneNumber: string,
    text: string,
    signal: AbortSignal,
    more: Readonly<Record<string, string | undefined>> = {},
  ): Promise<SendResult> {
    const { apiKey, apiSecret, from, callback, apiURL = 'https://rest.nexmo.com' } = this.options;
    const fields = {
      from,
      to: phoneNumber.slice(1),
      text,
      type: smsSegments(text).encoding === 'GSM-7' ? 'text' : 'unicode',
      callback,
      ...more,
    };
    const { status, body } = await this.http.ask(
      {
        url: new URL(`${apiURL.replace(/\/+$/, '')}/sms/json`),
        headers: { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` },
        body: new URLSearchParams(Object.entries(fields).filter(isSet)),
      },
      signal,
    );
    if (!isSuccess(status)) throw this.http.refusal(status);
    return this.result(partsOf(body));
  }

  /** Vonage answers 200 to everything, and says for each part what became of it. */
  private result(parts: readonly VonagePart[]): SendResult {
    const [first] = parts;
    if (!first?.status) throw this.http.unreadable();
    const failed = parts.find(({ status }) => status !== '0');
    if (failed) {
      const { status = '' } = failed;
      const detail = /^\d{1,3}$/.test(status) ? status : '?';
      // where some parts are on their way, the phone may show half a text, and it has been paid for
      const none = parts.every((part) => part.status !== '0');
      throw new SmsSendError(
        none ? 'rejected' : 'unknown',
        `Vonage answered status ${detail}`,
        FAULT[status] ?? 'provider',
      );
    }
    const amount = parts.reduce((sum, part) => sum + Number(part['message-price']), 0);
    return {
      status: 'accepted',
      reference: first['message-id'],
      price: Number.isFinite(amount) ? { amount, currency: 'EUR' } : undefined,
    };
  }
}

function partsOf(body: unknown): readonly VonagePart[] {
  const messages = (body as { messages?: unknown } | undefined)?.messages;
  return Array.isArray(messages) ? (messages as VonagePart[]) : [];
}

const isSet = (field: [string, string | undefined]): field is [string, string] => field[1] !== undefined;
