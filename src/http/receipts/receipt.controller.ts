import { HttpCode, Param, Post, Req, UseFilters } from '@nestjs/common';
import { ReceiptFlow } from '../../flows/receipt.flow.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';
import { Public } from '../public.decorator.js';
import { receiptBody, type ReceiptHttpRequest } from './receipt-body.js';

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
  async take(
    @Param('provider') provider: string,
    // path and query, also where the host has mounted a router in between
    @Req() request: ReceiptHttpRequest & { readonly originalUrl: string },
  ): Promise<void> {
    const { originalUrl, headers } = request;
    const body = await receiptBody(request);
    await this.receipts.take(provider, { path: originalUrl, headers, body });
  }
}
