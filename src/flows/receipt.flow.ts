import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { RECEIPT_READERS, type ReceiptReaders, type ReceiptRequest } from '../sms/receipt-reader.js';
import { MessageFates } from './message-fates.js';

/** A receipt as a route has it. */
export interface ReceiptCall extends Omit<ReceiptRequest, 'url'> {
  /** Path and query of the request. */
  readonly path: string;
}

/** Takes what providers say of messages later on. */
@Injectable()
export class ReceiptFlow {
  /** @throws PhoneAuthOptionError while the application starts, where a reader lacks something */
  constructor(
    private readonly fates: MessageFates,
    @Inject(RECEIPT_READERS) private readonly readers: ReceiptReaders,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    for (const reader of Object.values(readers)) reader.checkSetup(config.baseURL);
  }

  /**
   * A receipt for a message that is not known is taken like any other: whoever calls learns nothing of what there is.
   *
   * @throws PhoneAuthError `INVALID_RECEIPT` where nobody reads such receipts, or it is not the provider's
   */
  async take(provider: string, { path, ...request }: ReceiptCall): Promise<void> {
    const reader = Object.hasOwn(this.readers, provider) ? this.readers[provider] : undefined;
    if (!reader) throw new PhoneAuthError('INVALID_RECEIPT');
    const { baseURL } = this.config;
    const url = baseURL === undefined ? undefined : new URL(baseURL).origin + path;
    const read = await reader.read({ ...request, url });
    for (const { reference, status } of read === null ? [] : [read].flat()) {
      // a row is written when the provider has accepted the message, so it is sent already
      if (status !== 'sent') await this.fates.take({ provider, reference, status });
    }
  }
}
