import type {
  CodeVerifiedEvent,
  DecisionEvent,
  NumberReleasedEvent,
  SessionEndedEvent,
} from './decision-event.js';
import type { EventBase, EventDestination } from './event-base.js';

/**
 * The guard against SMS pumping had something to say about a message (R31).
 *
 * @publicApi
 */
export interface SendSuspectedEvent extends EventBase, EventDestination {
  readonly type: 'send.suspected';
  /**
   * What became of the message: refused, let through after a CAPTCHA, let through because `mode` is `'observe'`, or let
   * through because nothing was open for its address while the country was suspected.
   */
  readonly decision: 'denied' | 'challenged' | 'observed' | 'spared';
  /** What was used up: `address-hour`, `address-day`, `address-countries`, `block`, `country-hour`, … */
  readonly reason: string;
  /** Unproven messages that were counted, and how many there could have been. */
  readonly hits: number;
  readonly limit: number;
  /** The client's address (IPv6: its /64) as it was counted. */
  readonly address: string;
}

/**
 * So many messages of a country were sent and so few codes came back that somebody should look (R32): over all providers, or,
 * where those do well together, through one of them.
 *
 * @publicApi
 */
export interface ConversionLowEvent extends EventBase {
  readonly type: 'conversion.low';
  readonly country: string;
  /** The provider that does badly, by the name that it has in a {@link SmsChain}; left out where it is the country. */
  readonly provider?: string;
  /** Messages and proven numbers in the last 24 hours. */
  readonly sent: number;
  readonly verified: number;
}

/**
 * Most of the codes that were tried in the last ten minutes were wrong, over all numbers: somebody sprays guesses (R13).
 *
 * @publicApi
 */
export interface GuessAlarmEvent extends EventBase {
  readonly type: 'guess.alarm';
  readonly checked: number;
  readonly failed: number;
}

/**
 * A number was disabled after too many wrong codes in a row (R11).
 *
 * @publicApi
 */
export interface NumberDisabledEvent extends EventBase, EventDestination {
  readonly type: 'number.disabled';
}

/**
 * A test number was used: asked for, or signed in with.
 *
 * @publicApi
 */
export interface TestNumberUsedEvent extends EventBase {
  readonly type: 'test-number.used';
  /** All but the first and the last two characters hidden. */
  readonly phoneNumber: string;
  readonly step: 'send' | 'verify';
}

/** Which message it is about. */
export interface EventMessage extends EventDestination {
  readonly purpose: 'sign-in' | 'reset-password' | 'second-factor' | 'step-up';
  readonly channel: 'sms' | 'whatsapp' | 'voice';
}

/**
 * A provider has accepted the message with a code.
 *
 * @example
 * ```ts
 * if (event.type === 'code.sent') sent.inc({ provider: event.provider, country: event.country });
 * ```
 * @publicApi
 */
export interface CodeSentEvent extends EventBase, EventMessage {
  readonly type: 'code.sent';
  /** The name that the sender has in a {@link SmsChain}; empty where it gives none. */
  readonly provider: string;
  /** Where the provider says so at once: units of an ISO 4217 currency. */
  readonly price?: { readonly amount: number; readonly currency: string };
}

/**
 * No sender took the message with a code. Unless the answer must not tell whose number it is, the code before it is good
 * again (S1.35).
 *
 * @publicApi
 */
export interface CodeFailedEvent extends EventBase, EventMessage {
  readonly type: 'code.failed';
  /** What the log says too: neither number nor code. */
  readonly reason: string;
}

/**
 * A receipt says that a message has reached the phone, or that it will not.
 *
 * @example
 * ```ts
 * if (event.type === 'message.undelivered') undelivered.inc({ provider: event.provider });
 * ```
 * @publicApi
 */
export interface MessageConcludedEvent extends EventBase {
  readonly type: 'message.delivered' | 'message.undelivered';
  /** The name under which its receipts come. */
  readonly provider: string;
  /** The provider's id of the message. */
  readonly reference: string;
}

/**
 * An operator has changed a setting.
 *
 * @example
 * ```ts
 * if (event.type === 'settings.changed') audit.write(`${event.keyId} changed ${event.fields.join(', ')}`);
 * ```
 * @publicApi
 */
export interface SettingsChangedEvent extends EventBase {
  readonly type: 'settings.changed';
  readonly setting: string;
  /** Which fields of it; what they were set to is in the table. */
  readonly fields: readonly string[];
  /** Which of `admin.apiKeys` was shown: eight digits, the same in every process, from which no key can be found. */
  readonly keyId: string;
}

/**
 * A refresh token came back after it had been used: somebody has a copy of it. Its session was ended (R54).
 *
 * @example
 * ```ts
 * if (event.type === 'refresh-token.reused') mail.warn(event.userId);
 * ```
 * @publicApi
 */
export interface RefreshTokenReusedEvent extends EventBase {
  readonly type: 'refresh-token.reused';
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * An event was not taken by the receiver of webhooks, however often it was tried, or was too old at last. Nobody tries any
 * more. That of a code is `code.failed`.
 *
 * @example
 * ```ts
 * if (event.type === 'webhook.failed') alert(`${event.eventType}: ${event.reason}`);
 * ```
 * @publicApi
 */
export interface WebhookFailedEvent extends EventBase {
  readonly type: 'webhook.failed';
  /** What the receiver would have known it by. */
  readonly eventId: string;
  readonly eventType: 'send.otp' | 'phone_number.verified';
  readonly attempts: number;
  /** How the last attempt ended: neither address nor number. */
  readonly reason: string;
}

/**
 * What the module tells an {@link EventSink}. None of them holds a code, a token or a whole number.
 *
 * @publicApi
 */
export type PhoneAuthEvent =
  | SendSuspectedEvent
  | ConversionLowEvent
  | GuessAlarmEvent
  | NumberDisabledEvent
  | TestNumberUsedEvent
  | CodeSentEvent
  | CodeFailedEvent
  | MessageConcludedEvent
  | SettingsChangedEvent
  | RefreshTokenReusedEvent
  | CodeVerifiedEvent
  | NumberReleasedEvent
  | DecisionEvent
  | SessionEndedEvent
  | WebhookFailedEvent;
