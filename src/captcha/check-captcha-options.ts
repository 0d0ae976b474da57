import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { group, origin, rule, type Rule } from '../options/rules.js';
import type { CaptchaOptions } from './captcha-options.js';

/** Says how long the value is and never what it is (I4). */
const secretKey: Rule = (value, option) => {
  if (typeof value === 'string' && /^\S+$/.test(value)) return;
  const found = typeof value === 'string' ? `${value.length} characters long` : `of type ${typeof value}`;
  throw new PhoneAuthOptionError(option, found, 'use the secret key that the provider shows, without blanks');
};

const isHostname = (value: unknown) =>
  typeof value === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value);

const SHARED = {
  secret: secretKey,
  hostnames: rule(
    (value) => Array.isArray(value) && value.length > 0 && value.every(isHostname),
    "use a list of hosts such as ['app.example.com'], without scheme and port",
  ),
  endpoint: origin,
};

/** The action that a widget was given. */
export const expectedAction = rule(
  (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
  'use a text, or a function from the route to one',
);

/** A share of one. */
export const score = rule(
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
  'use a number from 0 to 1',
);

/** The key that a widget was made with. */
export const siteKey = rule(
  (value) => typeof value === 'string' && /^\S+$/.test(value),
  'use the site key that the provider shows',
);

/** @throws PhoneAuthOptionError naming the adapter's option */
export function checkCaptchaOptions<Options extends CaptchaOptions>(
  adapter: string,
  options: Options,
  more: Readonly<Record<string, Rule>> = {},
): asserts options is Options & { secret: string } {
  group({ ...SHARED, ...more })(options, adapter);
  if (options.secret === undefined) {
    throw new PhoneAuthOptionError(
      `${adapter}.secret`,
      'missing',
      'set it to the secret key of the provider',
    );
  }
}
