// The public door of nestjs-phone-auth/captcha: what `challenge.verify` can be.
export type { CaptchaOptions, ExpectedAction } from './captcha/captcha-options.js';
export { hCaptcha, type HCaptchaOptions } from './captcha/h-captcha.js';
export { reCaptcha, type ReCaptchaOptions } from './captcha/re-captcha.js';
export { turnstile, type TurnstileOptions } from './captcha/turnstile.js';
export type { ChallengeAction, ChallengeInput, VerifyChallenge } from './options/options.js';
