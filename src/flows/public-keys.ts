import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { SigningKeys, type VerificationKey } from '../tokens/signing-keys.js';
import { type WebhookKey, WebhookKeys } from '../webhooks/webhook-keys.js';

/** What others check our signatures with: those of access tokens, and of webhooks where there are any. */
@Injectable()
export class PublicKeys {
  readonly all: readonly (VerificationKey | WebhookKey)[];

  constructor(
    tokens: SigningKeys,
    webhooks: WebhookKeys,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
  ) {
    this.all = [...tokens.published, ...(config.webhooks.inUse ? webhooks.published : [])];
  }
}
