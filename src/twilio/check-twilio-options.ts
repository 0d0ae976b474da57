import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import {
  androidHash,
  everyValue,
  group,
  origin,
  requireOptions,
  rule,
  type Rule,
  text,
  wholeNumber,
} from '../options/rules.js';
import type { TwilioAccountOptions, TwilioSmsSenderOptions, TwilioVerifyOptions } from './twilio-options.js';

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

/** E.164, as Twilio wants the numbers of WhatsApp and of calls. */
const number = rule(
  (value) => typeof value === 'string' && /^\+[1-9]\d{6,14}$/.test(value),
  "use a number such as '+12025550123'",
);

/** Whether the SDK's client has what is called. */
const clientWith =
  (part: 'messages' | 'verify'): Rule =>
  (value, option) => {
    if (typeof value === 'object' && value !== null && part in value) return;
    throw new PhoneAuthOptionError(
      option,
      'no Twilio client',
      "use what twilio() of package 'twilio' returns",
    );
  };

const accountRules = {
  accountSid: sid('AC', 'Account SID'),
  authToken: hidden(hasNoBlanks, "use the account's auth token"),
  apiKey: sid('SK', 'SID of an API key'),
  apiSecret: hidden(hasNoBlanks, 'use the secret of the API key'),
  apiURL: origin,
};

const checkSender = group({
  ...accountRules,
  client: clientWith('messages'),
  from: rule(
    (value) => typeof value === 'string' && SENDER.test(value),
    "use a number such as '+12025550123', a short code, or a sender name of up to 11 characters",
  ),
  messagingServiceSid: sid('MG', 'SID of a Messaging Service'),
  statusCallback: hidden(isWebAddress, 'use an address that Twilio can call, with https'),
  whatsapp: group({ from: number, contentSid: sid('HX', 'SID of an approved content template') }),
  voice: group({ from: number, language: text }),
});

/**
 * Checks each option, then what one alone cannot show.
 *
 * @throws PhoneAuthOptionError naming the option
 */
export function checkTwilioOptions(options: TwilioSmsSenderOptions): void {
  checkSender(options, NAME);
  checkAccount(options, NAME);
  if (options.from && options.messagingServiceSid) {
    throw refusal(NAME, 'messagingServiceSid', 'set beside from', 'use one of the two');
  }
  if (!options.from && !options.messagingServiceSid) {
    throw refusal(NAME, 'from', 'missing', 'set from or messagingServiceSid');
  }
  for (const channel of ['whatsapp', 'voice'] as const) {
    if (options[channel] && !options[channel].from) {
      throw refusal(NAME, `${channel}.from`, 'missing', 'set the number to send from');
    }
  }
}

const serviceSid = sid('VA', 'SID of a Verify service');

const checkVerify = group({
  ...accountRules,
  client: clientWith('verify'),
  serviceSid,
  serviceSids: everyValue(serviceSid, []),
  appHash: androidHash,
  timeout: wholeNumber(100, 60_000, 'milliseconds'),
});

/** @throws PhoneAuthOptionError naming the option */
export function checkVerifyOptions(options: TwilioVerifyOptions): void {
  checkVerify(options, 'TwilioVerify');
  checkAccount(options, 'TwilioVerify');
  requireOptions(options, 'TwilioVerify', ['serviceSid']);
}

/** Credentials or a client, and not both. */
function checkAccount(options: TwilioAccountOptions<never>, owner: string): void {
  if (options.client) refuseBesideClient(options, owner);
  else requireCredentials(options, owner);
}

/** A setting that would be ignored is a mistake that nobody finds. */
function refuseBesideClient(options: TwilioAccountOptions<never>, owner: string): void {
  for (const name of ['accountSid', 'authToken', 'apiKey', 'apiSecret', 'apiURL'] as const) {
    if (options[name]) {
      throw refusal(owner, name, 'set beside client', 'leave it out: the client has its own');
    }
  }
}

function requireCredentials(
  { accountSid, authToken, apiKey, apiSecret }: TwilioAccountOptions<never>,
  owner: string,
): void {
  if (!accountSid) throw refusal(owner, 'accountSid', 'missing', 'set it, or client');
  if (authToken && (apiKey ?? apiSecret)) {
    throw refusal(owner, 'authToken', 'set beside an API key', 'use authToken, or apiKey with apiSecret');
  }
  if (authToken) return;
  if (!apiKey && !apiSecret) {
    throw refusal(owner, 'authToken', 'missing', 'set authToken, or apiKey with apiSecret');
  }
  if (!apiKey) throw refusal(owner, 'apiKey', 'missing', 'set it beside apiSecret');
  if (!apiSecret) throw refusal(owner, 'apiSecret', 'missing', 'set it beside apiKey');
}

const refusal = (owner: string, option: string, found: string, allowed: string) =>
  new PhoneAuthOptionError(`${owner}.${option}`, found, allowed);
