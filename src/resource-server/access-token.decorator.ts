import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of.js';
import { ACCESS_TOKEN_CLAIMS, type BearerRequest } from './bearer-request.js';

/**
 * What the access token of the request says, as {@link AccessTokenClaims}; `null` on a `@Public()` route for a visitor.
 * Needs {@link AccessTokenGuard}.
 *
 * @example
 * ```ts
 * mine(@AccessToken() { sub, phone_number }: AccessTokenClaims) {}
 * ```
 * @publicApi
 */
export const AccessToken = createParamDecorator(
  (_: unknown, context: ExecutionContext) => requestOf<BearerRequest>(context)[ACCESS_TOKEN_CLAIMS] ?? null,
);
