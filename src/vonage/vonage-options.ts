import {
  callbackOrText,
  credential,
  group,
  origin,
  requireOptions,
  smsOrigin,
  text,
} from '../options/rules.js';
import type { SmsMessage } from '../sms/sms-sender.js';

/**
 * Options of `VonageSmsSender`.
 *
 * @publicApi
 */
export interface VonageSmsSenderOptions {
  apiKey: string;
  apiSecret: string;
  /** The number or name to send from. Not every country takes a name. */
  from: string;
  /** Address that Vonage calls as the message makes its way. @default what is set in Vonage's dashboard */
  callback?: string | undefined;
  /** DLT entity id, for India. */
  entityId?: string | undefined;
  /** DLT template id, for India: one, or one for each message. */
  contentId?: string | ((message: SmsMessage) => string | undefined) | undefined;
  /** Address of the API, such as a stand-in in tests. It is given the credentials. @default 'https://rest.nexmo.com' */
  apiURL?: string | undefined;
}

const check = group({
  apiKey: credential,
  apiSecret: credential,
  from: smsOrigin,
  callback: origin,
  entityId: text,
  contentId: callbackOrText,
  apiURL: origin,
});

/** @throws PhoneAuthOptionError naming the option */
export function checkVonageOptions(options: VonageSmsSenderOptions): void {
  check(options, 'VonageSmsSender');
  requireOptions(options, 'VonageSmsSender', ['apiKey', 'apiSecret', 'from']);
}
