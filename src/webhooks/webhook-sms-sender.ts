import type { LiveSettings } from '../options/live-settings.js';
import type { SendResult } from '../sms/send-result.js';
import { SmsSendError } from '../sms/sms-send-error.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms/sms-sender.js';
import type { EventDelivery } from './outgoing-event.js';
import { receiverOf } from './receiver-of.js';
import type { WebhookEvents } from './webhook-events.js';

/**
 * Hands codes to a receiver of yours as events `send.otp`, while `webhooks` has them go there; else to the sender that
 * there would be without. A receiver that does not take the event, three times over, has the send fail: no other sender
 * is asked, because a phone could get two messages.
 *
 * It is the sender of an application with `webhooks` that provides no other. Inject it to use it among others.
 *
 * @example
 * ```ts
 * providers: [
 *   {
 *     provide: SmsSender,
 *     inject: [WebhookSmsSender],
 *     useFactory: (webhook: WebhookSmsSender) => new SmsChain({ senders: { webhook, twilio }, order: ['webhook', 'twilio'] }),
 *   },
 * ]
 * ```
 * @publicApi
 */
export class WebhookSmsSender extends SmsSender {
  constructor(
    private readonly live: LiveSettings,
    private readonly events: WebhookEvents,
    private readonly delivery: EventDelivery,
    private readonly otherwise: SmsSender,
  ) {
    super();
  }

  override isAvailable(): boolean {
    return receiverOf('send.otp', this.live) !== undefined || this.otherwise.isAvailable?.() !== false;
  }

  /** @throws SmsSendError where the receiver did not take the event */
  override async send(message: SmsMessage): Promise<SendResult | void> {
    const receiver = receiverOf('send.otp', this.live);
    if (!receiver) return this.otherwise.send(message);
    const event = this.events.sendOtp(message);
    const outcome = await this.delivery.deliver(event, receiver, message.signal);
    if (!outcome.ok) throw new SmsSendError(outcome.certain ? 'rejected' : 'unknown', outcome.reason);
    return { status: 'accepted', reference: event.id };
  }

  /** There is no event for texts without a code: they go to the other sender. */
  override notify(notice: SmsNotice): Promise<SendResult | void> {
    return this.otherwise.notify(notice);
  }
}
