import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { HttpRequest } from './request-client.js';
import { type AuthenticatedRequest, CURRENT_SESSION } from './current-session.js';
import { toHttpException } from './http-errors.js';
import { PUBLIC_ROUTE } from './public.decorator.js';
import { requestOf } from './request-of.js';
import { RequestSession } from './request-session.js';

/**
 * Lets in whoever is signed in, by cookie or by `Authorization: Bearer`. On a controller, on a route, or for the whole
 * application as `APP_GUARD`; `@Public()` opens single routes again. Everybody else is answered 401 `UNAUTHORIZED`.
 *
 * It serves HTTP and GraphQL; for another transport, extend it and override `getRequest`.
 *
 * @example
 * ```ts
 * @UseGuards(PhoneAuthGuard)
 * @Get('me')
 * me(@CurrentUser() user: PhoneUser) {
 *   return user;
 * }
 * ```
 * @publicApi
 */
@Injectable()
export class PhoneAuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: RequestSession,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = this.getRequest(context);
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const current = await this.find(request);
    request[CURRENT_SESSION] = current;
    if (!current && !isPublic) throw toHttpException(new PhoneAuthError('UNAUTHORIZED'));
    return true;
  }

  /** The HTTP request behind a call. Override it where the context keeps it elsewhere. */
  protected getRequest(context: ExecutionContext): HttpRequest & AuthenticatedRequest {
    return requestOf<HttpRequest & AuthenticatedRequest>(context);
  }

  private async find(request: HttpRequest) {
    try {
      return await this.sessions.find(request);
    } catch (error) {
      // the host's routes know HttpException and not our filter
      throw error instanceof PhoneAuthError ? toHttpException(error) : error;
    }
  }
}
