import {
  LIFETIMES,
  MOST_ATTEMPTS,
  type PhoneNumberSettings,
  type WebhookSettings,
} from '../options/live-settings.js';
import { isWebhookUrl } from '../options/resolve-webhooks.js';
import { bool, group, type Rule, rule, wholeNumber } from '../options/rules.js';
import { WEBHOOK_EVENTS } from '../options/webhook-options.js';

/** What there is to set, by the name of its row. What is not in a value is as the options say. */
export interface SettingValues {
  readonly 'phone-number': Partial<PhoneNumberSettings>;
  /** `null`: nowhere, whatever the options say. */
  readonly webhooks: Partial<Omit<WebhookSettings, 'url'>> & { readonly url?: string | null };
}

export type SettingName = keyof SettingValues;

const RULES: { readonly [Name in SettingName]: Rule } = {
  'phone-number': group({
    enabled: bool,
    expiresIn: wholeNumber(LIFETIMES.min, LIFETIMES.max, 'seconds'),
    allowedAttempts: wholeNumber(1, MOST_ATTEMPTS),
  }),
  webhooks: group({
    enabled: bool,
    url: rule((value) => value === null || isWebhookUrl(value), 'use an address of https, or null'),
    events: rule(
      (value) => Array.isArray(value) && value.every((event) => WEBHOOK_EVENTS.includes(event as never)),
      'use a list of events',
    ),
    timeoutSeconds: wholeNumber(1, 10, 'seconds'),
  }),
};

/**
 * The value of a row, which somebody may have written by hand.
 *
 * @throws PhoneAuthOptionError, SyntaxError where it cannot be right
 */
export function readSetting<Name extends SettingName>(name: Name, json: string): SettingValues[Name] {
  const value: unknown = JSON.parse(json);
  RULES[name](value, `the setting ${name}`);
  return value as SettingValues[Name];
}
