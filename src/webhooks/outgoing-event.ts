import type { WebhookSettings } from '../options/live-settings.js';
import type { WebhookEventType } from '../options/webhook-options.js';

/** An event as it goes out, the same in every attempt. */
export interface OutgoingEvent {
  readonly id: string;
  readonly type: WebhookEventType;
  /** JSON of the envelope. */
  readonly body: string;
}

/** Who takes events, and how long he may take for it. */
export type Receiver = Pick<WebhookSettings, 'timeoutSeconds'> & { readonly url: string };

/** How an attempt to deliver an event ended. */
export type DeliveryOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** What the receiver answered, where he did. */
      readonly status?: number;
      /** Whether another attempt may end otherwise. */
      readonly again: boolean;
      /** Whether the receiver has certainly not taken it. */
      readonly certain: boolean;
      /** For the log: neither the address nor anything of the event. */
      readonly reason: string;
    };

/** Brings an event to its receiver, and says how that ended. */
export interface EventDelivery {
  deliver(event: OutgoingEvent, receiver: Receiver, signal?: AbortSignal): Promise<DeliveryOutcome>;
}
