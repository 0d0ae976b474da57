import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from './config.js';
import type { WebhookEventType } from './webhook-options.js';

/** As many wrong guesses as a code may ever survive. */
export const MOST_ATTEMPTS = 10;

/** Seconds that an operator may let codes live (S5.12). */
export const LIFETIMES = { min: 60, max: 600 } as const;

/** How codes work just now. */
export interface PhoneNumberSettings {
  /** Whether there is phone sign-in at all. */
  readonly enabled: boolean;
  /** Seconds for which a code that is made now will be good. */
  readonly expiresIn: number;
  readonly allowedAttempts: number;
}

/** Where events go just now. */
export interface WebhookSettings {
  readonly enabled: boolean;
  readonly url: string | undefined;
  readonly events: readonly WebhookEventType[];
  /** For one attempt. */
  readonly timeoutSeconds: number;
}

/**
 * What an operator may change while the application runs, as it is at this moment: the configuration, until a setting
 * says otherwise. It is read from memory, so no request asks the database for it. Read it where it is needed and never
 * keep it; what has to agree within one request is read once.
 */
@Injectable()
export class LiveSettings {
  phoneNumber: PhoneNumberSettings;
  webhooks: WebhookSettings;

  constructor(@Inject(PHONE_AUTH_CONFIG) { enabled, expiresIn, allowedAttempts, webhooks }: PhoneAuthConfig) {
    const { inUse, url, events, timeoutSeconds } = webhooks;
    this.phoneNumber = { enabled, expiresIn, allowedAttempts };
    this.webhooks = { enabled: inUse && url !== undefined, url, events, timeoutSeconds };
  }
}
