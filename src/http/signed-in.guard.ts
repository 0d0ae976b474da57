import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { CurrentSession } from '../flows/session.flow.js';
import { type AuthenticatedRequest, CURRENT_SESSION } from './current-session.js';
import { toHttpException } from './http-errors.js';
import type { HttpRequest } from './request-client.js';
import { requestOf } from './request-of.js';
import { RequestSession } from './request-session.js';

/** Guards that ask something of whoever is signed in. Who that is, another guard may have found out before. */
@Injectable()
export abstract class SignedInGuard implements CanActivate {
  constructor(private readonly sessions: RequestSession) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      const request = this.getRequest(context);
      const found = request[CURRENT_SESSION];
      const current = found === undefined ? await this.sessions.find(request) : found;
      request[CURRENT_SESSION] = current;
      if (!current) throw new PhoneAuthError('UNAUTHORIZED');
      this.check(current, context);
      return true;
    } catch (error) {
      // the host's routes know HttpException and not our filter
      throw error instanceof PhoneAuthError ? toHttpException(error) : error;
    }
  }

  /** @throws PhoneAuthError for whoever is not let in */
  protected abstract check(current: CurrentSession, context: ExecutionContext): void;

  /** The HTTP request behind a call. Override it where the context keeps it elsewhere. */
  protected getRequest(context: ExecutionContext): HttpRequest & AuthenticatedRequest {
    return requestOf<HttpRequest & AuthenticatedRequest>(context);
  }
}
