import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { PhoneAuthConfig } from './config.js';
import { bool, group, isWebAddress, listOf, type Rule, rule, text, wholeNumber } from './rules.js';
import { WEBHOOK_EVENTS, type WebhookOptions } from './webhook-options.js';

/** Whether a value can be where events go. Where that leads is another question (`webhooks/receiver-addresses.ts`). */
export function isWebhookUrl(value: unknown): value is string {
  if (!isWebAddress(value)) return false;
  const { username, password, hash } = new URL(value);
  return username === '' && password === '' && hash === '';
}

const headerPrefix = rule(
  (value) => typeof value === 'string' && /^[a-z0-9-]{1,40}$/i.test(value),
  "use letters, digits and dashes, such as 'X-Acme-'",
);

const allowInsecure: Rule = (value, option) => {
  if (value !== 'in-production') bool(value, option);
};

export const checkWebhooks = group({
  url: rule(
    isWebhookUrl,
    "use an address such as 'https://app.example.com/webhooks', without a name or password",
  ),
  events: listOf(...WEBHOOK_EVENTS),
  timeoutSeconds: wholeNumber(1, 10, 'seconds'),
  endpointId: text,
  projectName: text,
  headerPrefix,
  maskNumbers: bool,
  keysAtRoot: bool,
  allowInsecure,
});

/** @throws PhoneAuthOptionError where the switch for development stands in production */
export function resolveWebhooks(
  options: WebhookOptions | undefined,
  production: boolean,
  appName: string | undefined,
): PhoneAuthConfig['webhooks'] {
  const { url, allowInsecure = false } = options ?? {};
  if (url?.startsWith('http:') && !allowInsecure) {
    throw new PhoneAuthOptionError(
      'webhooks.url',
      'not https',
      'use https: events hold codes and numbers; webhooks.allowInsecure is for development',
    );
  }
  if (production && allowInsecure === true) {
    throw new PhoneAuthOptionError(
      'webhooks.allowInsecure',
      'true in production',
      "take it out, or set it to 'in-production' where the receiver is meant to be in a private network",
    );
  }
  if (allowInsecure) {
    new Logger('PhoneAuth').warn(
      'webhooks.allowInsecure is on: events may go over http and into private networks, which is for development.',
    );
  }
  return {
    inUse: options !== undefined,
    url,
    events: options?.events ?? WEBHOOK_EVENTS,
    timeoutSeconds: options?.timeoutSeconds ?? 5,
    endpointId: options?.endpointId ?? 'default',
    projectName: options?.projectName ?? appName ?? 'nestjs-phone-auth',
    headerPrefix: options?.headerPrefix ?? 'X-Neon-',
    maskNumbers: options?.maskNumbers ?? false,
    keysAtRoot: options?.keysAtRoot ?? false,
    allowInsecure: allowInsecure !== false,
  };
}
