import { Inject, Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { LimitedRoute } from '../options/options.js';
import { BY_NUMBER, groupOf, PHONE_AUTH_THROTTLER_STORAGE } from './throttlers.js';

/** Requests per number in the guard's own buckets, for what has to be asked before they are counted. */
@Injectable()
export class NumberLimit {
  constructor(
    @Inject(PHONE_AUTH_THROTTLER_STORAGE) private readonly storage: ThrottlerStorage,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /**
   * @param who a number, or what else names an account
   * @throws PhoneAuthError `RATE_LIMITED`, with the seconds to wait
   */
  async take(route: LimitedRoute, who: string): Promise<void> {
    const { rateLimit } = this.config;
    if (!rateLimit) return;
    const own = rateLimit.routes[route];
    const { window, max } = own ?? rateLimit;
    const bucket = own ? route : groupOf(route);
    const key = [BY_NUMBER, bucket, who].join(':');
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(
      key,
      window,
      max,
      window,
      BY_NUMBER,
    );
    if (isBlocked) throw new PhoneAuthError('RATE_LIMITED', { retryAfter: timeToBlockExpire });
  }
}
