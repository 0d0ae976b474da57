import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import type { PhoneAuthConfig } from '../options/config.js';
import type { LimitedRoute } from '../options/options.js';

/** Our own tokens: `ThrottlerModule` is global, so its tokens may already mean the host's limiter. */
export const PHONE_AUTH_THROTTLERS = Symbol('nestjs-phone-auth:throttlers');

/**
 * Token of the storage that counts requests. Provide any `ThrottlerStorage` of @nestjs/throttler under it.
 *
 * @publicApi
 */
export const PHONE_AUTH_THROTTLER_STORAGE = Symbol('nestjs-phone-auth:throttler-storage');

/** Metadata key: routes of one group share their buckets. */
export const BUCKET_GROUP = 'nestjs-phone-auth:bucket-group';

/** Groups of the routes that {@link LimitedRoute} names, in whatever dialect: what sends and checks codes, and passwords. */
export const CODE_ROUTES = 'phone-number';
export const PASSWORD_ROUTES = 'sign-in';

export const groupOf = (route: LimitedRoute): string => (route === 'sign-in' ? PASSWORD_ROUTES : CODE_ROUTES);

/** Metadata key: the name under which a route can have a limit of its own. */
export const BUCKET_ROUTE = 'nestjs-phone-auth:bucket-route';

/** Metadata key: the fields of a route's body that may hold the number. */
export const NUMBER_FIELDS = 'nestjs-phone-auth:number-fields';

/** Names that are HTTP tokens and that no host will pick. */
export const BY_ADDRESS = 'phone-auth-ip';
export const BY_NUMBER = 'phone-auth-phone';

/** One for the framework, which looks up half a dozen of a route's settings for each; the guard counts by both names. */
export function throttlers(config: PhoneAuthConfig): ThrottlerModuleOptions {
  const { window, max } = config.rateLimit || { window: 1, max: 1 };
  return {
    throttlers: [{ name: BY_ADDRESS, ttl: window, limit: max }],
    // counters in headers would tell a stranger whether somebody else has just asked for a number (R60)
    setHeaders: false,
    skipIf: () => config.rateLimit === false,
  };
}
