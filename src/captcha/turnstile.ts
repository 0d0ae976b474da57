import type { VerifyChallenge } from '../options/options.js';
import type { CaptchaOptions, ExpectedAction } from './captcha-options.js';
import { checkCaptchaOptions, expectedAction } from './check-captcha-options.js';
import { actionFits, hostnameFits } from './fits.js';
import { siteVerify } from './site-verify.js';

/**
 * Options of {@link turnstile}.
 *
 * @publicApi
 */
export interface TurnstileOptions extends CaptchaOptions {
  /** The widget's `action`. @default any, also none */
  action?: ExpectedAction | undefined;
}

/**
 * Asks Cloudflare Turnstile about a token (its `siteverify`).
 *
 * @throws PhoneAuthOptionError where an option is missing or cannot be right
 * @example
 * ```ts
 * import { turnstile } from 'nestjs-phone-auth/captcha';
 *
 * PhoneAuthModule.forRoot({
 *   secret,
 *   challenge: { verify: turnstile({ secret: process.env.TURNSTILE_SECRET }), when: 'always' },
 * })
 * ```
 * @publicApi
 */
export function turnstile(options: TurnstileOptions): VerifyChallenge {
  checkCaptchaOptions('turnstile', options, { action: expectedAction });
  const { endpoint = 'https://challenges.cloudflare.com/turnstile/v0/siteverify', secret } = options;
  return async (input) => {
    const verdict = await siteVerify({ endpoint, form: { secret } }, input);
    return (
      verdict.success &&
      hostnameFits(verdict, options.hostnames) &&
      actionFits(verdict, options.action, input.action)
    );
  };
}
