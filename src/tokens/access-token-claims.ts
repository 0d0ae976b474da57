/**
 * What an access token says. Names and meaning are those of RFC 7519, RFC 8176 and OpenID Connect.
 *
 * @publicApi
 */
export interface AccessTokenClaims {
  /** Who signed it: `accessToken.issuer`. */
  readonly iss: string;
  /** Who is meant to read it: `accessToken.audience`. */
  readonly aud: string;
  /** The user's id. */
  readonly sub: string;
  /** The session's id, the same in every token of one session. */
  readonly sid: string;
  /** Another one for every token. */
  readonly jti: string;
  /** When the token was made, in seconds since the epoch. */
  readonly iat: number;
  /** From when on it is refused, in seconds since the epoch. */
  readonly exp: number;
  /** When the session was opened, in seconds since the epoch: ask for a new sign-in where that is too long ago. */
  readonly auth_time: number;
  /** How it was opened: `['sms', 'otp']` by a code, `['pwd']` by a password, `['pwd', 'sms', 'otp', 'mfa']` by both. */
  readonly amr: readonly ('sms' | 'otp' | 'pwd' | 'mfa')[];
  /** In E.164 form. Left out for an account that has released its number. */
  readonly phone_number?: string;
  readonly phone_number_verified: boolean;
}

/** The header's `typ` (RFC 9068, 2.1), which no other kind of token has (RFC 8725, 3.11). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The algorithm under a key of our own, on either side (RFC 8725, 3.1). */
export const ACCESS_TOKEN_ALGORITHM = 'ES256';

/** The algorithm under the host's `accessToken.secret`. */
export const SHARED_SECRET_ALGORITHM = 'HS256';
