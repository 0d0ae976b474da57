import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { LimitedRoute } from '../options/options.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { clientAddress } from './client-address.js';
import {
  BUCKET_GROUP,
  BUCKET_ROUTE,
  BY_NUMBER,
  PHONE_AUTH_THROTTLERS,
  PHONE_AUTH_THROTTLER_STORAGE,
} from './throttlers.js';

/** What the guard reads of a request, under Express and Fastify alike. */
interface LimitedRequest {
  ip?: string;
  body?: { phoneNumber?: unknown; phone_number?: unknown; password?: unknown } | null;
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
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    super(options, storage, reflector);
  }

  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context, throttler } = request;
    const name = throttler.name ?? '';
    if (name === BY_NUMBER && this.isLeftToTheFlow(context)) return true;
    const client = this.tracker(context, name);
    if (client === undefined) return true;
    const { bucket, limit, ttl } = this.bucketOf(request);
    const key = [name, bucket, client].join(':');
    // a block lasts as long as the window that was used up
    const { isBlocked, timeToBlockExpire } = await this.storageService.increment(key, ttl, limit, ttl, name);
    if (isBlocked) throw new PhoneAuthError('RATE_LIMITED', { retryAfter: timeToBlockExpire });
    return true;
  }

  /** A route with a limit of its own has a bucket of its own; the others share their group's. */
  private bucketOf({ context, limit, ttl }: ThrottlerRequest): {
    bucket: string | undefined;
    limit: number;
    ttl: number;
  } {
    const of = [context.getHandler(), context.getClass()];
    const route = this.reflector.getAllAndOverride<LimitedRoute | undefined>(BUCKET_ROUTE, of);
    const own = route && this.config.rateLimit ? this.config.rateLimit.routes[route] : undefined;
    if (own) return { bucket: route, limit: own.max, ttl: own.window };
    return { bucket: this.reflector.getAllAndOverride<string | undefined>(BUCKET_GROUP, of), limit, ttl };
  }

  /** What takes a human is counted for the number only once there is one (R34), and that is not known here yet. */
  private isLeftToTheFlow(context: ExecutionContext): boolean {
    const route = this.reflector.get<LimitedRoute | undefined>(BUCKET_ROUTE, context.getHandler());
    if (!route) return false;
    const { body } = this.getRequestResponse(context).req as LimitedRequest;
    // the route with two ways in: by code it is a verify
    const action = route === 'sign-in' && body?.password === undefined ? 'verify' : route;
    return this.config.challenge?.always.has(action) ?? false;
  }

  /** `undefined` where there is nothing to count by: what is no phone number is refused later anyway. */
  private tracker(context: ExecutionContext, throttler: string): string | undefined {
    const { ip, body } = this.getRequestResponse(context).req as LimitedRequest;
    return throttler === BY_NUMBER
      ? this.numbers.parse(body?.phoneNumber ?? body?.phone_number)
      : clientAddress(ip);
  }
}
