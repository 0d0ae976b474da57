import type { ChallengeAction } from '../options/options.js';
import type { ExpectedAction } from './captcha-options.js';
import type { Verdict } from './site-verify.js';

/** Whether the challenge was solved where it may be. A verdict that does not say where does not fit. */
export function hostnameFits({ hostname }: Verdict, allowed: readonly string[] | undefined): boolean {
  if (!allowed) return true;
  if (typeof hostname !== 'string') return false;
  return allowed.some((one) => one.toLowerCase() === hostname.toLowerCase());
}

/** Whether the challenge was solved for this very thing. A verdict that does not say what for does not fit. */
export function actionFits(
  { action }: Verdict,
  expected: ExpectedAction | undefined,
  route: ChallengeAction,
): boolean {
  if (expected === undefined) return true;
  return action === (typeof expected === 'function' ? expected(route) : expected);
}
