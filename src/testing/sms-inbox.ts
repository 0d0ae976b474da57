import { readNumber } from '../phone/e164.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';

/**
 * A sender for tests that keeps every message.
 *
 * @example
 * ```ts
 * const code = inbox.lastCodeFor('+12025550123');
 * ```
 * @publicApi
 */
export class SmsInbox extends SmsSender {
  /** Every message so far, oldest first. */
  readonly messages: SmsMessage[] = [];
  /** Every text without a code, such as the notice to a number that was replaced. */
  readonly notices: SmsNotice[] = [];
  private failure: Error | undefined;

  override send(message: SmsMessage): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.messages.push(message);
    return Promise.resolve();
  }

  override notify(notice: SmsNotice): Promise<void> {
    this.notices.push(notice);
    return Promise.resolve();
  }

  /** The messages to one number, in any spelling, oldest first. */
  messagesFor(phoneNumber: string): SmsMessage[] {
    const number = readNumber(phoneNumber)?.number;
    return this.messages.filter((message) => message.phoneNumber === number);
  }

  /**
   * The code that was sent to a number last.
   *
   * @throws Error where none was sent
   */
  lastCodeFor(phoneNumber: string): string {
    const last = this.messagesFor(phoneNumber).at(-1);
    if (!last) {
      const seen = [...new Set(this.messages.map((message) => message.phoneNumber))].join(', ') || 'nobody';
      throw new Error(`No message was sent to ${phoneNumber}. Messages went to: ${seen}.`);
    }
    return last.code;
  }

  /** From now on every send fails with `error`; `undefined` mends it. */
  failWith(error: Error | undefined): void {
    this.failure = error;
  }

  clear(): void {
    this.messages.length = 0;
    this.notices.length = 0;
  }
}
