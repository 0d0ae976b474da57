import { SmsSender } from 'nestjs-phone-auth';
import type { TestApp, TestAppOptions } from 'nestjs-phone-auth/testing';
import type { WebhookOptions } from '../../src/options/webhook-options.js';
import { WebhookSmsSender } from '../../src/webhooks/webhook-sms-sender.js';
import { startOn } from './platforms.js';

/** Options of an application whose events go to a receiver on loopback. */
export const toReceiver = (
  url: string,
  more: WebhookOptions = {},
): NonNullable<TestAppOptions['options']> => ({
  delivery: 'await',
  rateLimit: false,
  webhooks: { url, allowInsecure: true, ...more },
});

/** An application that sends through webhooks, as it would without the inbox that tests have. */
export function startWithWebhooks(
  platform: Parameters<typeof startOn>[0],
  { override, ...rest }: Parameters<typeof startOn>[1] = {},
): Promise<TestApp> {
  return startOn(platform, {
    ...rest,
    override: (builder) =>
      (override?.(builder) ?? builder)
        .overrideProvider(SmsSender)
        .useFactory({ inject: [WebhookSmsSender], factory: (sender: WebhookSmsSender) => sender }),
  });
}
