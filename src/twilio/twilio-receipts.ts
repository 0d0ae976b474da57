import twilio from 'twilio';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { type Receipt, ReceiptReader, type ReceiptRequest } from '../sms/receipt-reader.js';

/** @publicApi */
export interface TwilioReceiptsOptions {
  /** The account's auth token, with which Twilio signs whatever the sender's credentials are; several while it changes. */
  authToken: string | readonly string[];
  /**
   * The address that Twilio calls, letter by letter as `statusCallback` says, where a proxy changes the path on the way.
   * @default `baseURL` and the path of the request
   */
  url?: string | undefined;
}

/** https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks and, for calls, /docs/voice/api/call-resource */
const STATUS = new Map<string | undefined, Receipt['status']>(
  Object.entries({
    sent: 'sent',
    delivered: 'delivered',
    read: 'delivered',
    undelivered: 'failed',
    failed: 'failed',
    canceled: 'failed',
    completed: 'delivered',
    busy: 'failed',
    'no-answer': 'failed',
  }),
);

/**
 * Reads what Twilio says of messages and calls (`statusCallback` of {@link TwilioSmsSender}). Needs `baseURL` or `url`,
 * because Twilio signs the address that it calls.
 *
 * @example
 * ```ts
 * import { TwilioReceipts, TwilioSmsSender } from 'nestjs-phone-auth/twilio';
 *
 * PhoneAuthModule.forRoot({
 *   secret,
 *   baseURL: 'https://app.example.com',
 *   providers: [
 *     { provide: SmsSender, useValue: new TwilioSmsSender({ …, statusCallback: 'https://app.example.com/auth/delivery/twilio' }) },
 *     { provide: RECEIPT_READERS, useValue: { twilio: new TwilioReceipts({ authToken }) } },
 *   ],
 * })
 * ```
 * @publicApi
 */
export class TwilioReceipts extends ReceiptReader {
  private readonly authTokens: readonly string[];

  /** @throws PhoneAuthOptionError without an auth token */
  constructor(private readonly options: TwilioReceiptsOptions) {
    super();
    const { authToken } = options;
    this.authTokens = typeof authToken === 'string' ? [authToken] : authToken;
    if (this.authTokens.length === 0 || this.authTokens.some((token) => !token)) {
      throw new PhoneAuthOptionError(
        'TwilioReceipts.authToken',
        'missing',
        'set it to the auth token of the account',
      );
    }
  }

  /** @throws PhoneAuthOptionError where neither `baseURL` nor `url` says what Twilio calls */
  override checkSetup(baseURL: string | undefined): void {
    if ((this.options.url ?? baseURL) !== undefined) return;
    throw new PhoneAuthOptionError(
      'baseURL',
      'missing',
      'set it, or url of TwilioReceipts: Twilio signs the address',
    );
  }

  /** @throws PhoneAuthError `INVALID_RECEIPT` where Twilio has not signed it */
  override read({ url: called, headers, body }: ReceiptRequest): Receipt | null {
    const url = this.options.url ?? called;
    const fields = fieldsOf(body);
    if (!this.isSigned(headers['x-twilio-signature'], url, fields))
      throw new PhoneAuthError('INVALID_RECEIPT');

    const reference = fields['MessageSid'] ?? fields['CallSid'];
    const status = STATUS.get(fields['MessageStatus'] ?? fields['CallStatus']);
    return reference !== undefined && status ? { reference, status } : null;
  }

  private isSigned(signature: unknown, url: string | undefined, fields: Record<string, string>): boolean {
    if (typeof signature !== 'string' || url === undefined || !URL.canParse(url)) return false;
    return this.authTokens.some((token) => twilio.validateRequest(token, signature, url, fields));
  }
}

/** The fields of a form, none of which is nested in what Twilio sends. */
function fieldsOf(body: unknown): Record<string, string> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
