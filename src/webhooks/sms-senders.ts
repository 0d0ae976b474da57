import type { PhoneAuthConfig } from '../options/config.js';
import { defaultSmsSender } from '../sms/default-sms-sender.js';
import { NoSmsSender } from '../sms/no-sms-sender.js';
import type { SmsSender } from '../sms/sms-sender.js';
import type { WebhookSmsSender } from './webhook-sms-sender.js';

/** Who sends while no receiver takes codes: the host's callback, or nobody (S5.19). */
export function senderBesideWebhooks(config: PhoneAuthConfig): SmsSender {
  return config.sendOTP ? defaultSmsSender(config) : new NoSmsSender(config.sendNotice);
}

/** The sender of a host that provides none. @throws PhoneAuthOptionError in production without any */
export function smsSender(config: PhoneAuthConfig, webhook: WebhookSmsSender): SmsSender {
  return config.webhooks.inUse ? webhook : defaultSmsSender(config);
}
