import type { Twilio } from 'twilio';

/**
 * Options of `TwilioSmsSender`: credentials (or a client), and what to send from.
 *
 * @publicApi
 */
export interface TwilioSmsSenderOptions {
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
  client?: Pick<Twilio, 'messages'> | undefined;
  /** The number, short code or sender name to send from. Set this or `messagingServiceSid`. */
  from?: string | undefined;
  /** SID of a Messaging Service, `MG…`, which picks the number. Set this or `from`. */
  messagingServiceSid?: string | undefined;
  /** Address that Twilio calls as the message makes its way. @default none */
  statusCallback?: string | undefined;
  /**
   * Address of the API, such as a gateway of yours or a stand-in in tests. It is given the credentials.
   * @default the SDK's: https://api.twilio.com, or what TWILIO_REGION and TWILIO_EDGE make of it
   */
  apiURL?: string | undefined;
}
