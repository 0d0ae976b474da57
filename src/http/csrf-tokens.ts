import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parseCookie, stringifySetCookie } from 'cookie';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { RandomSource } from '../runtime/random-source.js';
import { SignedToken } from '../runtime/signed-token.js';
import type { HttpRequest } from './request-client.js';

const COOKIE = 'csrf-token';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The double submit of node-auth (S3.45): a page shows that it can read the cookie, by repeating it in a header. The value is
 * signed and names its session, so a sub-domain that sets cookies cannot bring one of its own.
 */
@Injectable()
export class CsrfTokens {
  private readonly tokens: SignedToken;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    this.tokens = new SignedToken(config, 'csrf-token');
  }

  /** Gives the page its value, for as long as it may refresh. */
  set(response: unknown, sessionId: string, maxAge: number): void {
    if (!this.config.nodeAuth.csrf) return;
    this.append(response, this.tokens.sign([sessionId, this.random.id()], []), maxAge);
  }

  clear(response: unknown): void {
    if (this.config.nodeAuth.csrf) this.append(response, '', 0);
  }

  /**
   * For a request whose cookies decide who is asking.
   *
   * @param sessionId where it can be told before the database is asked
   * @throws PhoneAuthError `CSRF_INVALID`
   */
  check({ method = 'GET', headers }: HttpRequest, sessionId?: string): void {
    if (!this.config.nodeAuth.csrf || SAFE.has(method)) return;
    const kept = parseCookie(headers.cookie ?? '')[COOKIE];
    const [named] = this.tokens.read(kept, []) ?? [];
    const isOurs = named !== undefined && (sessionId === undefined || named === sessionId);
    if (!isOurs || !same(kept ?? '', headers['x-csrf-token'] ?? '')) throw new PhoneAuthError('CSRF_INVALID');
  }

  private append(response: unknown, value: string, maxAge: number): void {
    const { secure, domain, sameSite } = this.config.session.cookie;
    const attributes = { path: '/', secure, sameSite, ...(domain !== undefined && { domain }) };
    const cookie = stringifySetCookie({ name: COOKIE, value, ...attributes, maxAge });
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', cookie);
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In a time that does not depend on either. */
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
