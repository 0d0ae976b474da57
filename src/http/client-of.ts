import type { ClientContext } from '../flows/client-context.js';
import type { CredentialHeaders } from './request-session.js';

/** What the module reads of a request, under Express and Fastify alike. */
export interface HttpRequest {
  readonly ip?: string;
  readonly headers: CredentialHeaders & {
    readonly 'user-agent'?: string;
    readonly 'x-captcha-response'?: string;
  };
}

/** Where a request comes from: the framework's address, never a header (I9). */
export function clientOf({ ip, headers }: HttpRequest): ClientContext {
  return {
    ipAddress: ip ?? '',
    userAgent: headers['user-agent'] ?? '',
    captchaToken: headers['x-captcha-response'],
  };
}
