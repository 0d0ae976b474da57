import { applyDecorators, SetMetadata, UseFilters, UseGuards } from '@nestjs/common';
import { PhoneAuthThrottlerGuard } from '../limits/phone-auth-throttler.guard.js';
import { BUCKET_GROUP, NUMBER_FIELDS } from '../limits/throttlers.js';
import { PhoneAuthErrorFilter } from './phone-auth-error.filter.js';

/**
 * Puts a route (or every route of a controller) under the module's `rateLimit`: so many requests per client address,
 * and, where the body holds a phone number, as many per number from whatever addresses.
 *
 * Whoever is over the limit is answered 429 `RATE_LIMITED` with `Retry-After`. Routes with the same `group` share their buckets. A limiter of the host's own, global or not, applies beside it.
 *
 * @example
 * ```ts
 * @PhoneThrottle('invite')
 * @Post('invite')
 * invite(@Body('phoneNumber', ParsePhoneNumberPipe) phoneNumber: E164) {}
 * ```
 * @publicApi
 */
export function PhoneThrottle(group: string): ClassDecorator & MethodDecorator {
  return applyDecorators(CountedRequests(group), UseFilters(PhoneAuthErrorFilter));
}

/**
 * As {@link PhoneThrottle}, for a dialect: it words the refusals itself.
 *
 * @param numberFields fields of the body that may hold the number. Of several that are there the first one counts, as it does for the route
 */
export function CountedRequests(
  group: string,
  numberFields: readonly string[] = ['phoneNumber', 'phone_number'],
): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(BUCKET_GROUP, group),
    SetMetadata(NUMBER_FIELDS, numberFields),
    UseGuards(PhoneAuthThrottlerGuard),
  );
}
