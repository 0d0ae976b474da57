import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { LiveSettings, type PhoneNumberSettings, type WebhookSettings } from '../options/live-settings.js';
import type { SettingValues } from '../settings/setting-rules.js';
import { Settings } from '../settings/settings.js';
import { ReceiverAddresses } from '../webhooks/receiver-addresses.js';

/** Milliseconds that the name of a receiver may take to be found. */
const LOOKUP_LIMIT = 5_000;

/** What operators see and change. What they are told is what is stored, not what this process may still know. */
@Injectable()
export class SettingsFlow {
  constructor(
    private readonly settings: Settings,
    private readonly live: LiveSettings,
    private readonly addresses: ReceiverAddresses,
  ) {}

  async phoneNumber(): Promise<PhoneNumberSettings> {
    await this.settings.refresh();
    return this.live.phoneNumber;
  }

  /** Leaves alone what is not named. @param keyId whose key it was, for the record */
  async changePhoneNumber(
    changes: SettingValues['phone-number'],
    keyId: string,
  ): Promise<PhoneNumberSettings> {
    await this.settings.merge('phone-number', changes, keyId);
    return this.live.phoneNumber;
  }

  async webhooks(): Promise<WebhookSettings> {
    await this.settings.refresh();
    return this.live.webhooks;
  }

  /**
   * What is not named is as the options say.
   *
   * @throws PhoneAuthError `INVALID_WEBHOOK_URL` where events would go nowhere, or may not go (S5.35)
   */
  async setWebhooks(value: SettingValues['webhooks'], keyId: string): Promise<WebhookSettings> {
    const { enabled, url } = this.settings.webhooksWith(value);
    if (enabled && url === undefined) throw new PhoneAuthError('INVALID_WEBHOOK_URL');
    if (url !== undefined) await this.checkReceiver(url);
    await this.settings.replace('webhooks', value, keyId);
    return this.live.webhooks;
  }

  /** One answer for every reason: it shall not tell which names there are in the network of the server. */
  private async checkReceiver(url: string): Promise<void> {
    try {
      await this.addresses.of(new URL(url), AbortSignal.timeout(LOOKUP_LIMIT));
    } catch (cause) {
      throw new PhoneAuthError('INVALID_WEBHOOK_URL', { cause });
    }
  }
}
