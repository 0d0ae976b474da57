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
import { AddressRefusal } from './address-refusal.js';
import { clientAddress } from './client-address.js';
import { RefusedDestinations } from './refused-destinations.js';
import {
  BUCKET_GROUP,
  BUCKET_ROUTE,
  BY_ADDRESS,
  BY_NUMBER,
  NUMBER_FIELDS,
  PHONE_AUTH_THROTTLERS,
  PHONE_AUTH_THROTTLER_STORAGE,
} from './throttlers.js';

/** Routes that are asked for a message, and what its code is for. */
const SENDING: ReadonlyMap<LimitedRoute | undefined, 'sign-in' | 'reset-password'> = new Map([
  ['send-otp', 'sign-in'],
  ['request-password-reset', 'reset-password'],
]);

/** What the guard reads of a request, under Express and Fastify alike. */
interface LimitedRequest {
  ip?: string;
  body?: Readonly<Record<string, unknown>> | null;
}

/**
 * @nestjs/throttler with our own options and storage beside the host's. Counts by client address and by phone number.
 *
 * @throws PhoneAuthError `RATE_LIMITED`, with the seconds to wait; `INVALID_PHONE_NUMBER` where no message may go
 */
@Injectable()
export class PhoneAuthThrottlerGuard extends ThrottlerGuard {
  // the parent's parameters are injected by position, so their order has to stay
  constructor(
    @Inject(PHONE_AUTH_THROTTLERS) options: ThrottlerModuleOptions,
    @Inject(PHONE_AUTH_THROTTLER_STORAGE) storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly numbers: PhoneNumbers,
    private readonly refusal: AddressRefusal,
    private readonly destinations: RefusedDestinations,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    super(options, storage, reflector);
  }

  /** A destination that the policy refuses uses up nobody's bucket (A28). */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const purpose = SENDING.get(this.routeOf(context));
    const number = purpose && this.numbers.parse(this.numberOf(context));
    if (number && this.numbers.standing(number) === 'refused') {
      const { ip = '' } = this.getRequestResponse(context).req as LimitedRequest;
      this.destinations.tell(number, purpose, ip);
      throw new PhoneAuthError('INVALID_PHONE_NUMBER');
    }
    return super.canActivate(context);
  }

  /** The address first: a flood from one place must not use up the bucket of somebody else's number. */
  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context } = request;
    const limit = this.bucketOf(request);
    await this.count(BY_ADDRESS, this.addressOf(context), limit);
    const number = this.isLeftToTheFlow(context) ? undefined : this.numbers.parse(this.numberOf(context));
    // what is no phone number is refused later anyway
    if (number !== undefined) await this.count(BY_NUMBER, number, limit);
    return true;
  }

  private async count(name: string, client: string, { bucket, limit, ttl }: BucketLimit): Promise<void> {
    const key = [name, bucket, client].join(':');
    // a block lasts as long as the window that was used up
    const { isBlocked, timeToBlockExpire } = await this.storageService.increment(key, ttl, limit, ttl, name);
    if (!isBlocked) return;
    this.refusal.count(name === BY_NUMBER ? 'number' : 'address');
    // of a number nothing is told but the wait: it would tell a stranger whether somebody else has just asked (R60)
    if (name === BY_NUMBER) throw new PhoneAuthError('RATE_LIMITED', { retryAfter: timeToBlockExpire });
    throw this.refusal.error(client, { name: 'address', limit, window: ttl }, timeToBlockExpire);
  }

  /** A route with a limit of its own has a bucket of its own; the others share their group's. */
  private bucketOf({ context, limit, ttl }: ThrottlerRequest): BucketLimit {
    const route = this.routeOf(context);
    const own = route && this.config.rateLimit ? this.config.rateLimit.routes[route] : undefined;
    if (own) return { bucket: route, limit: own.max, ttl: own.window };
    const group = this.reflector.getAllAndOverride<string | undefined>(BUCKET_GROUP, placesOf(context));
    return { bucket: group, limit, ttl };
  }

  private routeOf(context: ExecutionContext): LimitedRoute | undefined {
    return this.reflector.getAllAndOverride<LimitedRoute | undefined>(BUCKET_ROUTE, placesOf(context));
  }

  /** What takes a human is counted for the number only once there is one (R34), and that is not known here yet. */
  private isLeftToTheFlow(context: ExecutionContext): boolean {
    const route = this.reflector.get<LimitedRoute | undefined>(BUCKET_ROUTE, context.getHandler());
    if (!route) return false;
    const { body } = this.getRequestResponse(context).req as LimitedRequest;
    // the route with two ways in: by code it is a verify
    const action = route === 'sign-in' && body?.['password'] === undefined ? 'verify' : route;
    return this.config.challenge?.always.has(action) ?? false;
  }

  private addressOf(context: ExecutionContext): string {
    return clientAddress((this.getRequestResponse(context).req as LimitedRequest).ip);
  }

  private numberOf(context: ExecutionContext): unknown {
    const { body } = this.getRequestResponse(context).req as LimitedRequest;
    const fields = this.reflector.getAllAndOverride<readonly string[]>(NUMBER_FIELDS, placesOf(context));
    return fields.map((name) => body?.[name]).find((number) => number !== undefined);
  }
}

/** What a request is counted against. */
interface BucketLimit {
  readonly bucket: string | undefined;
  readonly limit: number;
  /** Length of the window, in milliseconds. */
  readonly ttl: number;
}

/** Where a route's metadata stands. */
const placesOf = (context: ExecutionContext) => [context.getHandler(), context.getClass()];
