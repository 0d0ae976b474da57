import type { LiveSettings } from '../options/live-settings.js';
import type { WebhookEventType } from '../options/webhook-options.js';
import type { Receiver } from './outgoing-event.js';

/** Where events of a type go at this moment, `undefined` for nowhere. */
export function receiverOf(type: WebhookEventType, { webhooks }: LiveSettings): Receiver | undefined {
  const { enabled, url, events, timeoutSeconds } = webhooks;
  return enabled && url !== undefined && events.includes(type) ? { url, timeoutSeconds } : undefined;
}
