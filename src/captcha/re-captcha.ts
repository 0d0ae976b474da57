import type { VerifyChallenge } from '../options/options.js';
import type { CaptchaOptions, ExpectedAction } from './captcha-options.js';
import { checkCaptchaOptions, expectedAction, score as scoreRule } from './check-captcha-options.js';
import { actionFits, hostnameFits } from './fits.js';
import { siteVerify, type Verdict } from './site-verify.js';

/**
 * Options of {@link reCaptcha}.
 *
 * @publicApi
 */
export interface ReCaptchaOptions extends CaptchaOptions {
  /**
   * Lowest score of version 3 that passes, 0 (a machine) to 1 (a human). Set it for a key of version 3: an answer without
   * a score is then no yes. Version 2 knows no scores.
   * @default 0.5 where the answer has a score
   */
  minimumScore?: number | undefined;
  /** The action that version 3 was executed with. @default any */
  action?: ExpectedAction | undefined;
}

/**
 * Asks Google reCAPTCHA, version 2 or 3, about a token (its `siteverify`).
 *
 * @throws PhoneAuthOptionError where an option is missing or cannot be right
 * @example
 * ```ts
 * import { reCaptcha } from 'nestjs-phone-auth/captcha';
 *
 * PhoneAuthModule.forRoot({
 *   secret,
 *   challenge: { verify: reCaptcha({ secret: process.env.RECAPTCHA_SECRET, minimumScore: 0.7 }), when: 'always' },
 * })
 * ```
 * @publicApi
 */
export function reCaptcha(options: ReCaptchaOptions): VerifyChallenge {
  checkCaptchaOptions('reCaptcha', options, { action: expectedAction, minimumScore: scoreRule });
  const { endpoint = 'https://www.google.com/recaptcha/api/siteverify', secret } = options;
  return async (input) => {
    const verdict = await siteVerify({ endpoint, form: { secret } }, input);
    return (
      verdict.success &&
      hostnameFits(verdict, options.hostnames) &&
      actionFits(verdict, options.action, input.action) &&
      scoreSuffices(verdict, options.minimumScore)
    );
  };
}

function scoreSuffices({ score }: Verdict, minimum: number | undefined): boolean {
  if (score === undefined && minimum === undefined) return true;
  if (typeof score !== 'number') {
    throw new Error('the answer has no score, and minimumScore wants one: is the key one of version 3?');
  }
  return score >= (minimum ?? 0.5);
}
