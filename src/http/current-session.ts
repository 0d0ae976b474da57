import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CurrentSession as Current } from '../flows/session.flow.js';
import { requestOf } from './request-of.js';

/** Where {@link PhoneAuthGuard} leaves what it found. */
export const CURRENT_SESSION = Symbol('nestjs-phone-auth:current-session');

export interface AuthenticatedRequest {
  [CURRENT_SESSION]?: Current | null;
}

/**
 * The signed-in user, as a {@link PhoneUser}; `null` on a `@Public()` route for a visitor. Needs {@link PhoneAuthGuard}.
 *
 * @example
 * ```ts
 * me(@CurrentUser() user: PhoneUser) {}
 * ```
 * @publicApi
 */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    requestOf<AuthenticatedRequest>(context)[CURRENT_SESSION]?.user ?? null,
);

/**
 * The session of the request, as a {@link Session}; `null` on a `@Public()` route for a visitor.
 *
 * @publicApi
 */
export const CurrentSession = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    requestOf<AuthenticatedRequest>(context)[CURRENT_SESSION]?.session ?? null,
);
