import { Inject, Injectable } from '@nestjs/common';
import { JwtSecretRequestType, JwtService } from '@nestjs/jwt';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { AccessTokenUser } from '../options/options.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from './access-token-claims.js';
import { SigningKeys } from './signing-keys.js';

/** Longer than any that a browser or a proxy would carry, and short enough to be nothing to parse. */
const MAX_LENGTH = 8_192;

/** What the module says itself, and what a library would read as more than a claim of the host's. */
const RESERVED = new Set([
  'iss',
  'aud',
  'sub',
  'sid',
  'jti',
  'iat',
  'exp',
  'nbf',
  'auth_time',
  'amr',
  'phone_number',
  'phone_number_verified',
]);

/** Whom a token speaks of, and by which session. */
export interface AccessTokenSubject {
  readonly user: AccessTokenUser;
  readonly session: {
    readonly id: string;
    readonly amr: 'sms' | 'pwd' | 'mfa';
    readonly createdAt: Date;
    readonly expiresAt: Date;
  };
}

/** In the words of RFC 8176. */
const METHODS = { sms: ['sms', 'otp'], pwd: ['pwd'], mfa: ['pwd', 'sms', 'otp', 'mfa'] } as const;

/** Short-lived JWTs for services that do not share the session table (R55). */
/** A JWT as @nestjs/jwt hands it over with `complete`. */
interface WholeToken {
  readonly header: { readonly typ?: string };
  readonly payload: unknown;
}

/** Short-lived JWTs (R55). */
@Injectable()
export class AccessTokens {
  // one of our own and no provider: a host injects its JwtService under the class
  private readonly jwt: JwtService;

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    const { algorithm: alg, kid } = keys;
    this.jwt = new JwtService({
      secretOrKeyProvider: (request, token) =>
        request === JwtSecretRequestType.SIGN ? keys.signingKey : this.keyOf(token as string),
      signOptions: { algorithm: alg, header: { alg, typ: ACCESS_TOKEN_TYPE, kid } },
    });
  }

  async issue({ user, session }: AccessTokenSubject): Promise<{ token: string; expiresIn: number }> {
    const { issuer, audience, expiresIn, claims: ask } = this.config.accessToken;
    const { phoneNumber, phoneNumberVerified } = user;
    const added = Object.entries((await ask?.(user)) ?? {}).filter(([name]) => !RESERVED.has(name));
    const iat = seconds(this.clock.now());
    const exp = Math.min(iat + expiresIn, seconds(session.expiresAt.getTime()));
    const claims: AccessTokenClaims = {
      ...Object.fromEntries(added),
      iss: issuer,
      aud: audience,
      sub: user.id,
      sid: session.id,
      jti: this.random.id(),
      iat,
      exp,
      auth_time: seconds(session.createdAt.getTime()),
      amr: METHODS[session.amr],
      ...(phoneNumber !== null && { phone_number: phoneNumber }),
      phone_number_verified: phoneNumberVerified,
    };
    return { token: await this.jwt.signAsync(claims), expiresIn: exp - iat };
  }

  /**
   * The claims of a token that is ours and, unless `allowExpired`, live; `undefined` for anything else. Whether its session
   * is live is another question.
   */
  async read(
    token: string,
    { allowExpired = false } = {},
  ): Promise<Pick<AccessTokenClaims, 'sub' | 'sid'> | undefined> {
    if (!looksLikeJwt(token)) return undefined;
    const { issuer, audience } = this.config.accessToken;
    try {
      const { header, payload } = await this.jwt.verifyAsync<WholeToken>(token, {
        algorithms: [this.keys.algorithm],
        issuer,
        audience,
        clockTimestamp: seconds(this.clock.now()),
        ignoreExpiration: allowExpired,
        complete: true,
      });
      const { sub, sid } = payload as Partial<AccessTokenClaims>;
      if (header.typ !== ACCESS_TOKEN_TYPE || typeof sub !== 'string' || typeof sid !== 'string')
        return undefined;
      return { sub, sid };
    } catch {
      return undefined;
    }
  }

  private keyOf(token: string) {
    const kid = this.jwt.decode<{ header: { kid?: string } } | null>(token, { complete: true })?.header.kid;
    const key = this.keys.checkingKey(kid);
    if (!key) throw new Error('No key of ours is named');
    return key;
  }
}

/** Three parts, which neither a session's token nor its signed form has. */
export const looksLikeJwt = (token: string): boolean =>
  token.length <= MAX_LENGTH && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);
