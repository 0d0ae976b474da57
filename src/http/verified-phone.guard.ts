import { Injectable, UseGuards } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { CurrentSession } from '../flows/session.flow.js';
import { verifiedNumberOf } from '../users/verified-number.js';
import { SignedInGuard } from './signed-in.guard.js';

/**
 * What {@link RequireVerifiedPhone} puts in front of a route. For a transport other than HTTP and GraphQL, extend it,
 * override `getRequest`, and name it with `@UseGuards()`.
 *
 * @publicApi
 */
@Injectable()
export class VerifiedPhoneGuard extends SignedInGuard {
  protected override check({ user }: CurrentSession): void {
    if (verifiedNumberOf(user) === undefined) throw new PhoneAuthError('VERIFIED_PHONE_REQUIRED');
  }
}

/**
 * Lets in whoever has a number on his account that he has proven. Everybody else who is signed in is answered 403
 * `VERIFIED_PHONE_REQUIRED`, and whoever is not 401 `UNAUTHORIZED`. Beside {@link PhoneAuthGuard} or without it, in any order.
 *
 * @example
 * ```ts
 * @RequireVerifiedPhone()
 * @Post('orders')
 * order(@CurrentUser() user: PhoneUser) {}
 * ```
 * @publicApi
 */
export const RequireVerifiedPhone = (): ClassDecorator & MethodDecorator => UseGuards(VerifiedPhoneGuard);
