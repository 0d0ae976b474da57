import type { Type } from '@nestjs/common';
import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import type { DialectErrors } from '../http/http-errors.js';
import type { PhoneAuthConfig } from '../options/config.js';
import type { Schema } from './document.js';

/** What the code of a route does not say of itself. The rest is read from its decorators. */
export interface RouteDescription {
  readonly summary: string;
  /** Whether there is such a route in an application. @default there is */
  readonly exists?: (config: PhoneAuthConfig) => boolean;
  /**
   * Whose credentials it takes: nobody's, those of a session if there is one, those of a session, or an operator's key.
   * @default 'nobody'
   */
  readonly credentials?: 'nobody' | 'session-if-any' | 'session' | 'operator';
  /** The body of its success; `undefined` where it has none. */
  readonly answer: Schema | undefined | ((config: PhoneAuthConfig) => Schema);
  /** Takes a form or JSON with whatever fields. */
  readonly anyBody?: true;
  /** Request headers that it reads, beside credentials. */
  readonly headers?: readonly HeaderName[];
  /** What its success sets, beside the body. */
  readonly sets?: 'session' | 'tokens' | 'challenge';
  /** Fields of the body of which the DTO says too little; `undefined` leaves one out. */
  readonly fields?: Readonly<Record<string, Schema | undefined>>;
  /** Exactly one of these fields has to be there. */
  readonly oneOf?: readonly string[];
  /** Errors beside those that its guards and its body bring along. */
  readonly errors?: readonly PhoneAuthErrorCode[];
}

export type HeaderName =
  'x-captcha-response' | 'idempotency-key' | 'x-challenge' | 'x-auth-strategy' | 'x-csrf-token';

export interface DescribedController {
  readonly controller: Type<object>;
  readonly routes: Readonly<Record<string, RouteDescription>>;
  /** What the dialect calls errors. */
  readonly names: DialectErrors<string>;
}

/** Describes every route of a controller: a public method of one is a route. */
export const describedController = <Controller extends object>(
  controller: Type<Controller>,
  routes: { readonly [Method in keyof Controller & string]: RouteDescription },
  names: DialectErrors<string> = {},
): DescribedController => ({ controller, routes, names });
