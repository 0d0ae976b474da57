import type { VerifyChallenge } from '../options/options.js';
import type { CaptchaOptions } from './captcha-options.js';
import { checkCaptchaOptions, siteKey as siteKeyRule } from './check-captcha-options.js';
import { hostnameFits } from './fits.js';
import { siteVerify } from './site-verify.js';

/**
 * Options of {@link hCaptcha}.
 *
 * @publicApi
 */
export interface HCaptchaOptions extends CaptchaOptions {
  /** The widget's site key: a token of another of your sites is then refused. @default any site of the account */
  siteKey?: string | undefined;
}

/**
 * Asks hCaptcha about a token (its `siteverify`).
 *
 * @throws PhoneAuthOptionError where an option is missing or cannot be right
 * @example
 * ```ts
 * import { hCaptcha } from 'nestjs-phone-auth/captcha';
 *
 * PhoneAuthModule.forRoot({
 *   secret,
 *   challenge: { verify: hCaptcha({ secret: process.env.HCAPTCHA_SECRET, siteKey: process.env.HCAPTCHA_SITE_KEY }) },
 * })
 * ```
 * @publicApi
 */
export function hCaptcha(options: HCaptchaOptions): VerifyChallenge {
  checkCaptchaOptions('hCaptcha', options, { siteKey: siteKeyRule });
  const { endpoint = 'https://api.hcaptcha.com/siteverify', secret, siteKey } = options;
  const form = { secret, ...(siteKey && { sitekey: siteKey }) };
  return async (input) => {
    const verdict = await siteVerify({ endpoint, form }, input);
    return verdict.success && hostnameFits(verdict, options.hostnames);
  };
}
