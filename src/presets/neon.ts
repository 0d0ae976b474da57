import { expiresIn } from '../options/check-options.js';
import type { AdminOptions, PhoneAuthOptions } from '../options/options.js';
import { bool, group, kindOf, rule } from '../options/rules.js';
import type { WebhookOptions } from '../options/webhook-options.js';

/**
 * What there is to choose where Neon Auth's Phone Number plugin chooses for everybody.
 *
 * @publicApi
 */
export interface NeonOptions {
  /** Who may switch phone sign-in on and say where codes go: Neon's API keys and, with `project`, Neon's paths. */
  admin?: AdminOptions;
  /**
   * Where codes and events go until an operator says so. The phone number is `user.phone_number` of the event `send.otp`,
   * the code `event_data.otp_code`.
   * @default nowhere
   */
  webhooks?: WebhookOptions;
  /** Whether there is phone sign-in before an operator has switched it on. @default false */
  enabled?: boolean;
  /** Seconds, until an operator says so. @default 300 */
  expiresIn?: number;
  /** Six digits, as receivers of `send.otp` expect; anything else is refused (S5.5). @default 6 */
  otpLength?: 6;
}

/**
 * For applications that come from Neon Auth: sign-in only, for accounts whose number was verified before (S5.1, S5.2), codes
 * by webhook, and nothing at all until an operator has switched it on (S5.10). Numbers are `+` and digits (S5.3).
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, ...neon({ admin: { apiKeys: [process.env.PHONE_AUTH_ADMIN_KEY!] } }) })
 * ```
 * @throws PhoneAuthOptionError where an option cannot be right, under its name here
 * @publicApi
 */
export function neon(options: NeonOptions = {}): PhoneAuthOptions {
  check(options, 'neon');
  const { admin, webhooks = {}, enabled = false, expiresIn = 300 } = options;
  return {
    ...(admin && { admin }),
    webhooks,
    enabled,
    expiresIn,
    otpLength: 6,
    allowedAttempts: 3,
    allowSignUp: false,
    verifyOnSignIn: false,
    delivery: 'await',
    numbers: { strict: true },
    rateLimit: { window: 60_000, max: 10 },
  };
}

const any = () => undefined;

const check = group(
  {
    // what they hold is checked where everybody's is
    admin: any,
    webhooks: any,
    enabled: bool,
    expiresIn,
    otpLength: rule((value) => value === 6, 'use 6, or leave it out: that is what receivers of codes expect'),
  },
  kindOf,
);
