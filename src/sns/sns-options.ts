import type { SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { callbackOrText, group, oneOf, rule, text } from '../options/rules.js';
import type { SmsMessage } from '../sms/sms-sender.js';

/**
 * Options of `SnsSmsSender`. Left out, the SDK finds region and credentials as it always does: environment, profile, role.
 *
 * @publicApi
 */
export interface SnsSmsSenderOptions {
  /**
   * What the client is made of: `region`, `credentials`, `endpoint` …. It makes one attempt per message whatever it
   * says.
   * @default the environment's
   */
  config?: SNSClientConfig | undefined;
  /** A client of your own in place of `config`. Give it `maxAttempts: 1`: the SDK's three send a message thrice. */
  client?: SNSClient | undefined;
  /** `Promotional` is cheaper and slower. @default 'Transactional' */
  smsType?: 'Transactional' | 'Promotional' | undefined;
  /** Name to send from, of up to 11 characters, where the country takes one. */
  senderId?: string | undefined;
  /** Number to send from, one of the account's. */
  originationNumber?: string | undefined;
  /** DLT entity id, for India. */
  entityId?: string | undefined;
  /** DLT template id, for India: one, or one for each message. */
  templateId?: string | ((message: SmsMessage) => string | undefined) | undefined;
  /** The most that one message may cost, in US dollars: AWS does not send what costs more. @default the account's */
  maxPrice?: number | undefined;
}

const anObject = rule((value) => typeof value === 'object' && value !== null, 'use an object');

const check = group({
  config: anObject,
  client: rule(
    (value) => typeof (value as { send?: unknown } | null)?.send === 'function',
    "use an SNSClient of package '@aws-sdk/client-sns'",
  ),
  smsType: oneOf('Transactional', 'Promotional'),
  senderId: rule(
    (value) => typeof value === 'string' && /^(?=.*[a-z])[a-z0-9-]{1,11}$/i.test(value),
    'use up to 11 letters, digits and dashes, one letter at least',
  ),
  originationNumber: rule(
    (value) => typeof value === 'string' && /^\+?\d{3,15}$/.test(value),
    "use a number such as '+12025550123'",
  ),
  entityId: text,
  templateId: callbackOrText,
  maxPrice: rule(
    (value) => typeof value === 'number' && value > 0 && value <= 100,
    'use US dollars, up to 100',
  ),
});

/** @throws PhoneAuthOptionError naming the option */
export function checkSnsOptions(options: SnsSmsSenderOptions): void {
  check(options, 'SnsSmsSender');
  if (options.client && options.config) {
    throw new PhoneAuthOptionError('SnsSmsSender.config', 'set beside client', 'use one of the two');
  }
}
