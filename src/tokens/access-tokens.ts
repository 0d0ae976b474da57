import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_TYPE, type AccessTokenClaims } from './access-token-claims.js';
import { SigningKeys } from './signing-keys.js';

/** Whom a token speaks of. */
export interface AccessTokenSubject {
  readonly userId: string;
  readonly phoneNumber: string | null;
  readonly phoneNumberVerified: boolean;
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
@Injectable()
export class AccessTokens {
  // one of our own and no provider: a host injects its JwtService under the class
  private readonly jwt: JwtService;

  constructor(
    keys: SigningKeys,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    const alg = ACCESS_TOKEN_ALGORITHM;
    this.jwt = new JwtService({
      privateKey: keys.privateKey,
      signOptions: { algorithm: alg, header: { alg, typ: ACCESS_TOKEN_TYPE, kid: keys.kid } },
    });
  }

  issue({ userId, phoneNumber, phoneNumberVerified, session }: AccessTokenSubject): Promise<string> {
    const { issuer, audience, expiresIn } = this.config.accessToken;
    const iat = seconds(this.clock.now());
    const claims: AccessTokenClaims = {
      iss: issuer,
      aud: audience,
      sub: userId,
      sid: session.id,
      jti: this.random.id(),
      iat,
      exp: Math.min(iat + expiresIn, seconds(session.expiresAt.getTime())),
      auth_time: seconds(session.createdAt.getTime()),
      amr: METHODS[session.amr],
      ...(phoneNumber !== null && { phone_number: phoneNumber }),
      phone_number_verified: phoneNumberVerified,
    };
    return this.jwt.signAsync(claims);
  }
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);
