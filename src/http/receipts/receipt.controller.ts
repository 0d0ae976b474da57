import { HttpCode, Param, Post, Req, UseFilters } from '@nestjs/common';
import { ReceiptFlow } from '../../flows/receipt.flow.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';
import { Public } from '../public.decorator.js';

interface ReceiptHttpRequest {
  /** Path and query, also where the host has mounted a router in between. */
  readonly originalUrl: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/**
 * `P/delivery/:provider`: called by providers, not by browsers. The signature stands in place of what guards other routes:
 * receipts are forms as often as JSON, and come many at a time from few addresses.
 */
@Public()
@UseFilters(PhoneAuthErrorFilter)
export class ReceiptController {
  constructor(private readonly receipts: ReceiptFlow) {}

  @Post(':provider')
  @HttpCode(204)
  take(
    @Param('provider') provider: string,
    @Req() { originalUrl, headers, body }: ReceiptHttpRequest,
  ): Promise<void> {
    return this.receipts.take(provider, { path: originalUrl, headers, body });
  }
}
