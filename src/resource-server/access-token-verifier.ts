import { Inject, Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Clock } from '../runtime/clock.js';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
} from '../tokens/access-token-claims.js';
import { RESOLVED_OPTIONS } from './module-definition.js';
import type { ResolvedOptions } from './resolve-options.js';

/** Longer than any of ours, and short enough to be nothing to parse. */
const MAX_LENGTH = 4_096;

/** Claims without which a token is none of ours; `iss` and `aud` are compared anyway. */
const REQUIRED: (keyof AccessTokenClaims)[] = ['sub', 'sid', 'jti', 'iat', 'exp', 'auth_time'];

/** The keys could not be had, which says nothing about the token. */
class KeysUnavailable extends Error {}

/**
 * Checks access tokens without a call per token: the public keys are fetched once, kept, and fetched again for a token
 * whose key is unknown. Inject it where there is no HTTP request to guard.
 *
 * @example
 * ```ts
 * const { sub } = await this.verifier.verify(message.token);
 * ```
 * @publicApi
 */
@Injectable()
export class AccessTokenVerifier {
  private readonly logger = new Logger('PhoneAuth');
  private readonly key: JWTVerifyGetKey;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: Clock,
  ) {
    const { jwksUrl, cacheMaxAge, cooldown, timeout } = options;
    const keys = createRemoteJWKSet(jwksUrl, {
      cacheMaxAge: cacheMaxAge * 1_000,
      cooldownDuration: cooldown * 1_000,
      timeoutDuration: timeout,
    });
    this.key = async (header, token) => {
      try {
        return await keys(header, token);
      } catch (cause) {
        throw isAboutToken(cause) ? cause : new KeysUnavailable('No keys', { cause });
      }
    };
  }

  /**
   * The claims of a token that is whole, live, and meant for this service.
   *
   * @throws PhoneAuthError `UNAUTHORIZED`, or `SERVICE_UNAVAILABLE` where the keys cannot be fetched
   */
  async verify(token: string): Promise<AccessTokenClaims> {
    if (token.length > MAX_LENGTH) throw new PhoneAuthError('UNAUTHORIZED');
    const { issuer, audience, clockTolerance } = this.options;
    try {
      const { payload } = await jwtVerify<AccessTokenClaims>(token, this.key, {
        // the token has no say in how it is checked (RFC 8725, 3.1)
        algorithms: [ACCESS_TOKEN_ALGORITHM],
        typ: ACCESS_TOKEN_TYPE,
        issuer,
        audience,
        requiredClaims: REQUIRED,
        clockTolerance,
        currentDate: new Date(this.clock.now()),
      });
      return payload;
    } catch (cause) {
      if (!(cause instanceof KeysUnavailable)) throw new PhoneAuthError('UNAUTHORIZED', { cause });
      this.logger.error(`The keys at ${this.options.jwksUrl.href} cannot be fetched: ${reason(cause.cause)}`);
      throw new PhoneAuthError('SERVICE_UNAVAILABLE', { cause, retryAfter: 5 });
    }
  }
}

/** The keys are there, and this token's is not among them or cannot be told. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** `fetch failed` alone helps nobody: what failed stands in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reason(error.cause)}`;
}
