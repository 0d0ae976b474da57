import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { group, origin, rule, type Rule } from '../options/rules.js';
import type { TwilioSmsSenderOptions } from './twilio-options.js';

const NAME = 'TwilioSmsSender';

const sid = (prefix: string, what: string): Rule =>
  rule(
    (value) => typeof value === 'string' && new RegExp(`^${prefix}[0-9a-f]{32}$`, 'i').test(value),
    `use the ${what}: ${prefix} and 32 hexadecimal digits`,
  );

/** Says how long the value is and never what it is: it opens the account, or may hold a password (I4). */
const hidden =
  (isRight: (text: string) => boolean, allowed: string): Rule =>
  (value, option) => {
    const found = typeof value === 'string' ? `${value.length} characters long` : `of type ${typeof value}`;
    if (typeof value !== 'string' || !isRight(value)) throw new PhoneAuthOptionError(option, found, allowed);
  };

const hasNoBlanks = (text: string) => /^\S+$/.test(text);

const isWebAddress = (text: string) => /^https?:/.test(text) && URL.canParse(text);

/** A number, a short code, or a name of up to eleven characters with a letter in it. */
const SENDER = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[a-z])[a-z0-9 +\-_&]{1,11})$/i;

const isClient = (value: unknown) =>
  typeof (value as { messages?: { create?: unknown } } | null)?.messages?.create === 'function';

const checkEach = group({
  accountSid: sid('AC', 'Account SID'),
  authToken: hidden(hasNoBlanks, "use the account's auth token"),
  apiKey: sid('SK', 'SID of an API key'),
  apiSecret: hidden(hasNoBlanks, 'use the secret of the API key'),
  client: (value, option) => {
    if (!isClient(value)) {
      throw new PhoneAuthOptionError(
        option,
        'no Twilio client',
        "use what twilio() of package 'twilio' returns",
      );
    }
  },
  from: rule(
    (value) => typeof value === 'string' && SENDER.test(value),
    "use a number such as '+12025550123', a short code, or a sender name of up to 11 characters",
  ),
  messagingServiceSid: sid('MG', 'SID of a Messaging Service'),
  statusCallback: hidden(isWebAddress, 'use an address that Twilio can call, with https'),
  apiURL: origin,
});

/**
 * Checks each option, then what one alone cannot show.
 *
 * @throws PhoneAuthOptionError naming the option
 */
export function checkTwilioOptions(options: TwilioSmsSenderOptions): void {
  checkEach(options, NAME);
  if (options.client) refuseBesideClient(options);
  else requireCredentials(options);
  if (options.from && options.messagingServiceSid) {
    throw refusal('messagingServiceSid', 'set beside from', 'use one of the two');
  }
  if (!options.from && !options.messagingServiceSid) {
    throw refusal('from', 'missing', 'set from or messagingServiceSid');
  }
}

/** A setting that would be ignored is a mistake that nobody finds. */
function refuseBesideClient(options: TwilioSmsSenderOptions): void {
  for (const name of ['accountSid', 'authToken', 'apiKey', 'apiSecret', 'apiURL'] as const) {
    if (options[name]) throw refusal(name, 'set beside client', 'leave it out: the client has its own');
  }
}

function requireCredentials({ accountSid, authToken, apiKey, apiSecret }: TwilioSmsSenderOptions): void {
  if (!accountSid) throw refusal('accountSid', 'missing', 'set it, or client');
  if (authToken && (apiKey ?? apiSecret)) {
    throw refusal('authToken', 'set beside an API key', 'use authToken, or apiKey with apiSecret');
  }
  if (authToken) return;
  if (!apiKey && !apiSecret) {
    throw refusal('authToken', 'missing', 'set authToken, or apiKey with apiSecret');
  }
  if (!apiKey) throw refusal('apiKey', 'missing', 'set it beside apiSecret');
  if (!apiSecret) throw refusal('apiSecret', 'missing', 'set it beside apiKey');
}

const refusal = (option: keyof TwilioSmsSenderOptions, found: string, allowed: string) =>
  new PhoneAuthOptionError(`${NAME}.${option}`, found, allowed);
