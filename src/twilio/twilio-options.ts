import type { Twilio } from 'twilio';
import type { CodePurpose } from '../options/code-purpose.js';

/**
 * How to reach an account: credentials, or a client that has them.
 *
 * @publicApi
 */
export interface TwilioAccountOptions<Part extends keyof Twilio> {
  /** SID of the account, `AC…`. With it comes `authToken`, or `apiKey` and `apiSecret`. */
  accountSid?: string | undefined;
  /** The account's auth token. Twilio advises an API key in production: it can be revoked alone. */
  authToken?: string | undefined;
  /** SID of an API key, `SK…`. */
  apiKey?: string | undefined;
  /** Secret of the API key. */
  apiSecret?: string | undefined;
  /**
   * A client of the `twilio` package in place of credentials, for a region, an edge or a proxy of your own. It keeps its
   * own time limit (30 s by default): a request that takes longer than `messages.timeout` is answered for but not cut.
   */
  client?: Pick<Twilio, Part> | undefined;
  /**
   * Address of the API, such as a gateway of yours or a stand-in in tests. It is given the credentials.
   * @default the SDK's: https://api.twilio.com, or what TWILIO_REGION and TWILIO_EDGE make of it
   */
  apiURL?: string | undefined;
}

/**
 * Options of `TwilioSmsSender`: credentials (or a client), and what to send from.
 *
 * @publicApi
 */
export interface TwilioSmsSenderOptions extends TwilioAccountOptions<'messages' | 'calls'> {
  /** The number, short code or sender name to send from. Set this or `messagingServiceSid`. */
  from?: string | undefined;
  /** SID of a Messaging Service, `MG…`, which picks the number. Set this or `from`. */
  messagingServiceSid?: string | undefined;
  /** Address that Twilio calls as the message makes its way. @default none */
  statusCallback?: string | undefined;
  /** What messages of the channel `whatsapp` are sent with. @default such messages are refused */
  whatsapp?: TwilioWhatsAppOptions | undefined;
  /** What calls of the channel `voice` are made with. @default such messages are refused */
  voice?: TwilioVoiceOptions | undefined;
}

/** @publicApi */
export interface TwilioWhatsAppOptions {
  /** The number that is registered as a WhatsApp sender, in E.164 form. */
  from: string;
  /**
   * SID of the approved authentication template, `HX…`, whose variable `1` is the code. WhatsApp takes a plain text only
   * from whom it has heard within a day, so leave it out in a sandbox only.
   * @default the text is sent
   */
  contentSid?: string | undefined;
}

/** @publicApi */
export interface TwilioVoiceOptions {
  /** The number to call from, in E.164 form. */
  from: string;
  /** Language that the text is read in, where the message names none, a BCP 47 tag. @default 'en-US' */
  language?: string | undefined;
}

/**
 * Options of `TwilioVerify` and `twilioVerify()`: credentials (or a client), and the service.
 *
 * @publicApi
 */
export interface TwilioVerifyOptions extends TwilioAccountOptions<'verify'> {
  /** SID of the Verify service, `VA…`. */
  serviceSid: string;
  /**
   * Services of their own for some purposes. Twilio has one open code per service and number, whatever it is for: with one
   * service, who asks for a sign-in and a password reset at once is sent one code that does for both.
   * @default serviceSid for everything
   */
  serviceSids?: Partial<Record<CodePurpose, string>> | undefined;
  /** Hash of the Android app, 11 characters, for the SMS Retriever. @default none */
  appHash?: string | undefined;
  /** How long a check may take, in milliseconds, 100 to 60000. @default 10_000 */
  timeout?: number | undefined;
}
