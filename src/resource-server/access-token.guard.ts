import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { retryHeaders, toHttpException } from '../http/http-errors.js';
import { PUBLIC_ROUTE } from '../http/public.decorator.js';
import { requestOf } from '../http/request-of.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { ACCESS_TOKEN_CLAIMS, type BearerRequest } from './bearer-request.js';

/**
 * Lets in whoever shows an access token of {@link AccessTokenModule}'s issuer as `Authorization: Bearer`. Everybody else
 * is answered 401 `UNAUTHORIZED`, and everybody 503 `SERVICE_UNAVAILABLE` while the keys cannot be fetched. On a
 * controller, on a route, or for the whole application as `APP_GUARD`; `@Public()` opens single routes again.
 *
 * A token is good until it expires, also after its session was ended: that is what a short `accessToken.expiresIn` is
 * for. It serves HTTP and GraphQL; for another transport, extend it and override `getRequest`.
 *
 * @example
 * ```ts
 * @UseGuards(AccessTokenGuard)
 * @Get('mine')
 * mine(@AccessToken() { sub }: AccessTokenClaims) {
 *   return this.orders.of(sub);
 * }
 * ```
 * @publicApi
 */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: AccessTokenVerifier,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = this.getRequest(context);
    const token = bearerToken(request.headers.authorization);
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
    try {
      if (token === undefined) throw new PhoneAuthError('UNAUTHORIZED');
      request[ACCESS_TOKEN_CLAIMS] = await this.verifier.verify(token);
    } catch (error) {
      request[ACCESS_TOKEN_CLAIMS] = null;
      if (!(error instanceof PhoneAuthError)) throw error;
      if (isPublic && error.code === 'UNAUTHORIZED') return true;
      this.setHeaders(context, error, token !== undefined);
      throw toHttpException(error);
    }
    return true;
  }

  /** The HTTP request behind a call. Override it where the context keeps it elsewhere. */
  protected getRequest(context: ExecutionContext): BearerRequest {
    return requestOf<BearerRequest>(context);
  }

  private setHeaders(context: ExecutionContext, error: PhoneAuthError, hadToken: boolean): void {
    if (context.getType() !== 'http') return;
    const response = context.switchToHttp().getResponse<unknown>();
    const headers = retryHeaders(error);
    // whoever has shown nothing is told of no error (RFC 6750, 3.1)
    if (error.code === 'UNAUTHORIZED')
      headers.push(['WWW-Authenticate', hadToken ? 'Bearer error="invalid_token"' : 'Bearer']);
    for (const [name, value] of headers) this.adapterHost.httpAdapter.setHeader(response, name, value);
  }
}

function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
}
