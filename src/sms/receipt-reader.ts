/**
 * What a provider says of a message that it has accepted.
 *
 * @publicApi
 */
export interface Receipt {
  /** The provider's id of the message: what its sender gave as `reference`. */
  readonly reference: string;
  readonly status: 'sent' | 'delivered' | 'failed';
}

/** What a request says of messages. @publicApi */
export type ReadReceipts = Receipt | readonly Receipt[] | null;

/**
 * A receipt as it came over HTTP. Nothing of it is to be believed before its signature was checked.
 *
 * @publicApi
 */
export interface ReceiptRequest {
  /** The address that was called: `baseURL` and the path, never the header `Host`. `undefined` without `baseURL`. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as the framework has parsed it: the fields of a form, or JSON; and plain text as it is. */
  readonly body: unknown;
}

/**
 * Reads the receipts of one provider. Check the signature first and throw `PhoneAuthError('INVALID_RECEIPT')` where it is
 * not the provider's: otherwise anybody could say what became of a message.
 *
 * @example
 * ```ts
 * class AcmeReceipts extends ReceiptReader {
 *   read({ headers, body }: ReceiptRequest): Receipt | null {
 *     if (!isSignedByAcme(headers, body)) throw new PhoneAuthError('INVALID_RECEIPT');
 *     return { reference: body.id, status: body.arrived ? 'delivered' : 'failed' };
 *   }
 * }
 *
 * providers: [{ provide: RECEIPT_READERS, useValue: { acme: new AcmeReceipts() } }] // POST /auth/delivery/acme
 * ```
 * @publicApi
 */
export abstract class ReceiptReader {
  /**
   * One receipt, several that came together, or `null`: it is the provider's and says nothing that matters here.
   *
   * @throws PhoneAuthError `INVALID_RECEIPT`
   */
  abstract read(request: ReceiptRequest): ReadReceipts | Promise<ReadReceipts>;

  /**
   * Called while the application starts: throw where receipts could not be checked.
   *
   * @param _baseURL the option; without it no request has an `url`
   * @default nothing is checked
   */
  checkSetup(_baseURL: string | undefined): void {}
}

/**
 * Readers by the name of the provider, which is the last part of the address that it calls, and the name that its sender has
 * in a {@link SmsChain}. A sender that stands alone has no name: any will do.
 *
 * @publicApi
 */
export type ReceiptReaders = Readonly<Record<string, ReceiptReader>>;

/**
 * Token of the {@link ReceiptReaders}. By default there are none.
 *
 * @example
 * ```ts
 * providers: [{ provide: RECEIPT_READERS, useValue: { twilio: new TwilioReceipts({ authToken }) } }]
 * ```
 * @publicApi
 */
export const RECEIPT_READERS = Symbol('nestjs-phone-auth:receipt-readers');
