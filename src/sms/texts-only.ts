import type { MessageChannel } from '../options/options.js';
import { SmsSendError } from './sms-send-error.js';

/** For senders that bring texts and nothing else. @throws SmsSendError for any other way to a phone */
export function textsOnly(sender: string, channel: MessageChannel): void {
  if (channel !== 'sms') throw new SmsSendError('rejected', `${sender} has no ${channel}`, 'message');
}
