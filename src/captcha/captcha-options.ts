import type { ChallengeAction } from '../options/options.js';

/**
 * What the adapters of all providers may be told.
 *
 * @publicApi
 */
export interface CaptchaOptions {
  /** The secret key that belongs to the widget's site key. It stays on the server. */
  secret: string | undefined;
  /**
   * Hosts on which the challenge may have been solved, such as `['app.example.com']`. A token from another page that uses
   * your site key is then refused.
   * @default whatever the provider's own settings allow
   */
  hostnames?: readonly string[] | undefined;
  /**
   * Where to ask, for a proxy of yours or a stand-in in tests. It is given the secret.
   * @default the provider's address
   */
  endpoint?: string | undefined;
}

/**
 * The widget's action that a token has to be made for: one for all routes, or one per route. A token from another form of
 * yours is then refused.
 *
 * @example
 * ```ts
 * reCaptcha({ secret, action: (route) => route.replaceAll('-', '_') }) // reCAPTCHA knows no dashes
 * ```
 * @publicApi
 */
export type ExpectedAction = string | ((route: ChallengeAction) => string);
