import { Inject, Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { PHONE_AUTH_THROTTLER_STORAGE } from './throttlers.js';

const BY_SENDS = 'phone-auth-sends';

/**
 * Messages with a code to one number, whatever asked for them: every route and every purpose, and the service without
 * HTTP as well (A29). It is `rateLimit` once more, counted where a message is made and not where a request comes in.
 */
@Injectable()
export class SendLimit {
  constructor(
    @Inject(PHONE_AUTH_THROTTLER_STORAGE) private readonly storage: ThrottlerStorage,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** @throws PhoneAuthError `RATE_LIMITED`, with the seconds to wait */
  async take(phoneNumber: E164): Promise<void> {
    const { rateLimit } = this.config;
    if (!rateLimit) return;
    const { window, max } = rateLimit;
    const key = `${BY_SENDS}:${phoneNumber}`;
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(key, window, max, window, BY_SENDS);
    if (isBlocked) throw new PhoneAuthError('RATE_LIMITED', { retryAfter: timeToBlockExpire });
  }
}
