import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { ForbiddenReceiver, ReceiverAddresses } from './receiver-addresses.js';
import { WebhookPackages } from './webhook-packages.js';

/** Milliseconds that a start waits for the name of the receiver. */
const LOOKUP_LIMIT = 5_000;

/** What would fail at the first event fails at the start. */
@Injectable()
export class WebhookBootCheck implements OnModuleInit {
  private readonly logger = new Logger('PhoneAuth');

  constructor(
    private readonly packages: WebhookPackages,
    private readonly addresses: ReceiverAddresses,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /** @throws PhoneAuthOptionError where a package is missing, or events may not go where they should */
  async onModuleInit(): Promise<void> {
    const { inUse, url } = this.config.webhooks;
    if (inUse) await this.packages.load();
    if (url !== undefined) await this.checkReceiver(new URL(url));
  }

  private async checkReceiver(url: URL): Promise<void> {
    try {
      await this.addresses.of(url, AbortSignal.timeout(LOOKUP_LIMIT));
    } catch (error) {
      if (error instanceof ForbiddenReceiver) {
        throw new PhoneAuthOptionError(
          'webhooks.url',
          `no place for events, as ${error.message}`,
          'use https and a name on the internet; webhooks.allowInsecure is for development',
        );
      }
      // a receiver that is down is no reason not to start
      this.logger.warn(`The receiver of webhooks, ${url.hostname}, cannot be found at the moment.`);
    }
  }
}
