import type { CodePurpose } from '../options/code-purpose.js';
import type { WebhookEventType } from '../options/webhook-options.js';
import type { MessageChannel } from '../options/options.js';

/**
 * Whom an event is about. Of a number that nobody has only `phone_number` is known.
 *
 * @publicApi
 */
export interface WebhookUser {
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly image?: string;
  /** E.164; with `webhooks.maskNumbers`, in `phone_number.verified`, all but the first and the last two characters hidden. */
  readonly phone_number?: string;
  readonly phone_number_verified?: boolean;
  /** ISO 8601. */
  readonly created_at?: string;
}

/** What every event says. @publicApi */
export interface WebhookEnvelope<Type extends string, Data> {
  /** A UUID, the same in every attempt to deliver this one event. */
  readonly event_id: string;
  readonly event_type: Type;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  /** Which installation sends it: `webhooks.endpointId`, `webhooks.projectName`. */
  readonly context: { readonly endpoint_id: string; readonly project_name: string };
  readonly user: WebhookUser;
  readonly event_data: Data;
}

/** @publicApi */
export interface SendOtpEventData {
  /** The digits, leading zeros included. */
  readonly otp_code: string;
  /** What the code will do. */
  readonly otp_type: Exclude<CodePurpose, 'reset-password'> | 'forget-password';
  /** How the code shall reach the phone. */
  readonly delivery_preference: MessageChannel;
  /** When the code expires, ISO 8601. */
  readonly expires_at: string;
  /** Address of the client that asked; empty where it is not known. */
  readonly ip_address: string;
  /** What the client that asked calls itself. It can be anything. */
  readonly user_agent: string;
}

/**
 * A code has to reach a phone. The request that asked for it waits: answer 2xx once the message is on its way.
 *
 * @publicApi
 */
export type SendOtpEvent = WebhookEnvelope<'send.otp', SendOtpEventData>;

/** @publicApi */
export interface PhoneNumberVerifiedEventData {
  readonly phone_number: string;
  /** How it was proven: by a sign-in, or by adding it to an account. */
  readonly verification_type: 'sign-in' | 'link';
  /** Whether the account was made by it. */
  readonly is_new_user: boolean;
  /** ISO 8601. */
  readonly verified_at: string;
}

/**
 * A number was proven. Nobody waits for the answer; the event comes again, under the same id, until it is 2xx.
 *
 * @publicApi
 */
export type PhoneNumberVerifiedEvent = WebhookEnvelope<'phone_number.verified', PhoneNumberVerifiedEventData>;

/**
 * What a receiver gets. Compare `event_type`, and answer 2xx to types that you do not know.
 *
 * @publicApi
 */
export type WebhookEvent = SendOtpEvent | PhoneNumberVerifiedEvent;

/** Every type has its event. */
export type EventOf<Type extends WebhookEventType> = Extract<WebhookEvent, { event_type: Type }>;
