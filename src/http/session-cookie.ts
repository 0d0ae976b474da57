import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { parseCookie, stringifySetCookie } from 'cookie';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { deriveKey, forEachSecret } from '../runtime/keys.js';
import type { Session } from '../sessions/session.js';
import { cookieAttributes, cookieName } from './cookie-attributes.js';

/**
 * The cookie that holds a session's token, signed, so that a made-up one costs no look at the database. Name and value
 * have the form that Better Auth gives them (WIRE 1.7).
 */
@Injectable()
export class SessionCookie {
  readonly name: string;
  private readonly keys: readonly [Buffer, ...Buffer[]];
  private readonly attributes;

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    this.name = cookieName(config, 'session_token');
    this.keys = forEachSecret(config, (secret) => deriveKey(secret, 'cookie-signature'));
    this.attributes = cookieAttributes(config);
  }

  /** `<token>.<signature>`: also what `set-auth-token` carries. */
  signed(token: string): string {
    return `${token}.${signature(this.keys[0], token).toString('base64')}`;
  }

  /** The token of a signed value, `undefined` where the signature is of none of our secrets. */
  verified(value: string): string | undefined {
    const dot = value.lastIndexOf('.');
    const token = value.slice(0, dot);
    const given = Buffer.from(value.slice(dot + 1), 'base64');
    const isOurs = this.keys.some((key) => {
      const expected = signature(key, token);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    return dot > 0 && isOurs ? token : undefined;
  }

  /** The token in a request's `Cookie` header. */
  read(header: string | undefined): string | undefined {
    const value = header === undefined ? undefined : parseCookie(header)[this.name];
    return value === undefined ? undefined : this.verified(value);
  }

  /** The `Set-Cookie` value for a session that is live at `now`. */
  set(token: string, session: Session, now: number): string {
    const lifetime = Math.floor((session.expiresAt.getTime() - now) / 1_000);
    return this.header(this.signed(token), session.remembered ? lifetime : undefined);
  }

  /** The `Set-Cookie` value that takes the cookie away. */
  clear(): string {
    return this.header('', 0);
  }

  private header(value: string, maxAge: number | undefined): string {
    return stringifySetCookie({
      name: this.name,
      value,
      ...this.attributes,
      ...(maxAge !== undefined && { maxAge }),
    });
  }
}

function signature(key: Buffer, token: string): Buffer {
  return createHmac('sha256', key).update(token).digest();
}
