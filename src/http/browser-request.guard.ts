import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';

interface BrowserRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * Keeps other sites from using a visitor's cookie (A52): bodies are JSON, which no form can send, and a request with
 * cookies comes from a page of this host, of `baseURL` or of `trustedOrigins`. Requests without cookies have nothing to
 * be used and are not asked.
 */
@Injectable()
export class BrowserRequestGuard implements CanActivate {
  constructor(@Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<BrowserRequest>();
    if (method === 'GET' || method === 'HEAD') return true;

    const type = headers['content-type'];
    if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type))
      throw new PhoneAuthError('UNSUPPORTED_MEDIA_TYPE');

    if (headers['cookie'] !== undefined)
      this.checkOrigin(headers['origin'] ?? headers['referer'], headers['host']);
    return true;
  }

  private checkOrigin(source: string | undefined, host: string | undefined): void {
    if (source === undefined || source === 'null') throw new PhoneAuthError('MISSING_OR_NULL_ORIGIN');
    if (!URL.canParse(source)) throw new PhoneAuthError('INVALID_ORIGIN');
    const url = new URL(source);
    // a page cannot choose the Host of the requests that it makes, so its own host is as good as a configured one
    if (url.host !== host && !this.config.trustedOrigins.has(url.origin))
      throw new PhoneAuthError('INVALID_ORIGIN');
  }
}
