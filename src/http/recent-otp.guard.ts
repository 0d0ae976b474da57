import { applyDecorators, type ExecutionContext, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { CurrentSession } from '../flows/session.flow.js';
import { Clock } from '../runtime/clock.js';
import { isProvenWithin, RECENT_PROOF } from '../sessions/recent-proof.js';
import { RequestSession } from './request-session.js';
import { SignedInGuard } from './signed-in.guard.js';

/** Where {@link RequireRecentOtp} leaves the seconds. */
const MAX_AGE = 'nestjs-phone-auth:recent-otp';

/**
 * What {@link RequireRecentOtp} puts in front of a route. For a transport other than HTTP and GraphQL, extend it, override
 * `getRequest`, and name it with `@UseGuards()`.
 *
 * @publicApi
 */
@Injectable()
export class RecentOtpGuard extends SignedInGuard {
  constructor(
    sessions: RequestSession,
    private readonly reflector: Reflector,
    private readonly clock: Clock,
  ) {
    super(sessions);
  }

  protected override check({ session }: CurrentSession, context: ExecutionContext): void {
    if (!isProvenWithin(session, this.maxAge(context), this.clock.now()))
      throw new PhoneAuthError('RECENT_OTP_REQUIRED');
  }

  /** Seconds that the code may be old, from {@link RequireRecentOtp}. */
  protected maxAge(context: ExecutionContext): number {
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<number | undefined>(MAX_AGE, places) ?? RECENT_PROOF;
  }
}

/**
 * Lets in whoever has given a code to his phone lately, in the session at hand: as he signed in, or since then through
 * `step-up/send-otp` and `step-up/verify`. Everybody else who is signed in is answered 403 `RECENT_OTP_REQUIRED`, and whoever
 * is not 401 `UNAUTHORIZED`. Beside {@link PhoneAuthGuard} or without it, in any order.
 *
 * @param options.maxAge seconds that the code may be old. @default 300
 * @throws PhoneAuthOptionError while the class is read, for a `maxAge` that is no whole number above 0
 *
 * @example
 * ```ts
 * @RequireRecentOtp({ maxAge: 600 })
 * @Post('payout')
 * payOut(@CurrentUser() user: PhoneUser) {}
 * ```
 * @publicApi
 */
export function RequireRecentOtp({ maxAge = RECENT_PROOF }: { maxAge?: number } = {}): ClassDecorator &
  MethodDecorator {
  if (!Number.isSafeInteger(maxAge) || maxAge < 1) {
    throw new PhoneAuthOptionError('RequireRecentOtp.maxAge', String(maxAge), 'use whole seconds, 1 or more');
  }
  return applyDecorators(SetMetadata(MAX_AGE, maxAge), UseGuards(RecentOtpGuard));
}
