/**
 * Whose access tokens a service accepts. A wrong value stops the start of the application.
 *
 * @publicApi
 */
export interface AccessTokenModuleOptions {
  /** The claim `iss` that a token must have: `accessToken.issuer` of the application that signs people in. */
  issuer: string;
  /** The claim `aud` that a token must have: `accessToken.audience` over there. */
  audience: string;
  /**
   * Where the public keys are. Use https, unless nobody but your own machines is on the way: whoever can change this
   * answer can sign tokens. Redirects are not followed.
   * @default `<issuer>/auth/.well-known/jwks.json`, where the issuer is a web address
   */
  jwksUrl?: string;
  /**
   * By how many seconds, 0 to 60, the clocks of the two machines may differ.
   * @default 5
   */
  clockTolerance?: number;
  /**
   * Seconds, 1 to 86 400, for which fetched keys are used before they are fetched again. A key that was withdrawn is
   * trusted for so long.
   * @default 600
   */
  cacheMaxAge?: number;
  /**
   * Seconds, 0 to 3600, that must lie between two fetches which unknown keys cause, so that made-up tokens cannot keep
   * the service fetching. New keys are picked up after so long at the latest.
   * @default 30
   */
  cooldown?: number;
  /**
   * How long a fetch of the keys may take, in milliseconds, 100 to 60 000, before the caller is answered
   * `SERVICE_UNAVAILABLE`.
   * @default 5_000
   */
  timeout?: number;
}

/**
 * What stands beside the options, and beside `useFactory`.
 *
 * @publicApi
 */
export interface AccessTokenModuleExtras {
  /** Whether every module of the application can use the guard. @default false */
  isGlobal?: boolean;
}
