import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { clientAddress } from './client-address.js';
import {
  BUCKET_GROUP,
  BY_NUMBER,
  PHONE_AUTH_THROTTLERS,
  PHONE_AUTH_THROTTLER_STORAGE,
} from './throttlers.js';

/** What the guard reads of a request, under Express and Fastify alike. */
interface LimitedRequest {
  ip?: string;
  body?: { phoneNumber?: unknown; phone_number?: unknown } | null;
}

/**
 * @nestjs/throttler with our own options and storage beside the host's. Counts by client address and by phone number.
 *
 * @throws PhoneAuthError `RATE_LIMITED`, with the seconds to wait
 */
@Injectable()
export class PhoneAuthThrottlerGuard extends ThrottlerGuard {
  // the parent's parameters are injected by position, so their order has to stay
  constructor(
    @Inject(PHONE_AUTH_THROTTLERS) options: ThrottlerModuleOptions,
    @Inject(PHONE_AUTH_THROTTLER_STORAGE) storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly numbers: PhoneNumbers,
  ) {
    super(options, storage, reflector);
  }

  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context, throttler, limit, ttl, blockDuration } = request;
    const client = this.tracker(context, throttler.name);
    if (client === undefined) return true;
    const group = this.reflector.getAllAndOverride<string | undefined>(BUCKET_GROUP, [
      context.getHandler(),
      context.getClass(),
    ]);
    const key = [throttler.name, group, client].join(':');
    const { isBlocked, timeToBlockExpire } = await this.storageService.increment(
      key,
      ttl,
      limit,
      blockDuration,
      throttler.name ?? '',
    );
    if (isBlocked) throw new PhoneAuthError('RATE_LIMITED', { retryAfter: timeToBlockExpire });
    return true;
  }

  /** `undefined` where there is nothing to count by: what is no phone number is refused later anyway. */
  private tracker(context: ExecutionContext, throttler: string | undefined): string | undefined {
    const { ip, body } = this.getRequestResponse(context).req as LimitedRequest;
    return throttler === BY_NUMBER
      ? this.numbers.parse(body?.phoneNumber ?? body?.phone_number)
      : clientAddress(ip);
  }
}
