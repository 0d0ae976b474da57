import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { group, requireOptions, rule, type Rule, wholeNumber } from '../options/rules.js';

/**
 * An SMS gateway that takes messages by GET, as node-auth configures it (S3.2).
 *
 * @publicApi
 */
export interface HttpGatewayOptions {
  /** Address of the gateway, `https://…` or `http://…`, with any port and any query of its own. */
  endpoint: string;
  /** Sent as header `X-API-Key`. */
  apiKey: string;
  /** Sent as parameter `username`. */
  username: string;
  /** Sent as parameter `password`. It stands in the address, so it is worth a gateway that is reached over https. */
  password: string;
  /**
   * How long the gateway may take, in milliseconds, 100 to 60000, where `messages.timeout` does not end it sooner.
   * @default 5_000
   */
  timeout?: number | undefined;
}

/** Says that it is wrong and never what it is: it opens the account (I4). */
const hidden: Rule = (value, option) => {
  if (typeof value !== 'string' || value === '') {
    throw new PhoneAuthOptionError(option, typeof value === 'string' ? 'empty' : 'no text', 'set it');
  }
};

const endpoint = rule((value) => {
  if (typeof value !== 'string' || !/^https?:/.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}, "use an address such as 'https://gateway.example.com/send', without a name and a password in it");

const rules = {
  endpoint,
  apiKey: hidden,
  username: hidden,
  password: hidden,
  timeout: wholeNumber(100, 60_000, 'milliseconds'),
};

/** @throws PhoneAuthOptionError naming the option, never its value where that is secret */
export function checkGatewayOptions(options: HttpGatewayOptions): void {
  group(rules)(options, 'sms');
  requireOptions(options, 'sms', ['endpoint', 'apiKey', 'username', 'password']);
}
