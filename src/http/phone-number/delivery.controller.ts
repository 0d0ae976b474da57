import { Get, Req, Res } from '@nestjs/common';
import { DeliveryFlow, type DeliveryState } from '../../flows/delivery.flow.js';
import { ClientCookies } from '../client-cookies.js';
import { PhoneThrottle } from '../phone-throttle.decorator.js';
import { Public } from '../public.decorator.js';
import type { HttpRequest } from '../request-client.js';
import { SessionResponse } from '../session-response.js';

/** `P/phone-number/delivery`: in buckets of its own, because clients ask again and again. */
@Public()
@PhoneThrottle('delivery')
export class DeliveryController {
  constructor(
    private readonly delivery: DeliveryFlow,
    private readonly cookies: ClientCookies,
    private readonly response: SessionResponse,
  ) {}

  @Get('delivery')
  state(
    @Req() { headers }: HttpRequest,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<DeliveryState> {
    this.response.uncached(response);
    return this.delivery.state(headers['x-challenge'] ?? this.cookies.challenge(headers.cookie));
  }
}
