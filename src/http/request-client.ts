import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { ClientContext } from '../flows/client-context.js';
import { ClientCookies } from './client-cookies.js';

/** The headers of a request in which a session can come. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** What the module reads of a request, under Express and Fastify alike. */
export interface HttpRequest {
  readonly ip?: string;
  readonly method?: string;
  readonly headers: CredentialHeaders & {
    readonly 'user-agent'?: string;
    readonly 'x-captcha-response'?: string;
    readonly 'idempotency-key'?: string;
    readonly 'x-challenge'?: string;
    readonly 'x-auth-strategy'?: string;
    readonly 'x-csrf-token'?: string;
  };
}

/** What flows are told of the client that a request comes from. */
@Injectable()
export class RequestClient {
  constructor(private readonly cookies: ClientCookies) {}

  /**
   * The address is the framework's, never a header (I9).
   *
   * @throws PhoneAuthError `VALIDATION_ERROR` for an `Idempotency-Key` that cannot be one
   * @param challenge from the body, where it was sent there; else it is in a header, or the cookie
   */
  of({ ip, headers }: HttpRequest, challenge?: string): ClientContext {
    return {
      ipAddress: ip ?? '',
      userAgent: headers['user-agent'] ?? '',
      captchaToken: headers['x-captcha-response'],
      idempotencyKey: idempotencyKey(headers['idempotency-key']),
      deviceToken: this.cookies.device(headers.cookie),
      challenge: challenge ?? headers['x-challenge'] ?? this.cookies.challenge(headers.cookie),
    };
  }
}

/** Any text that a header can hold in one piece; what is longer, empty, or sent twice is a mistake worth telling (R35). */
function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[!-~]{1,255}$/.test(header)) return header;
  throw new PhoneAuthError('VALIDATION_ERROR', {
    message: '[headers.idempotency-key] must be 1 to 255 visible ASCII characters',
  });
}
