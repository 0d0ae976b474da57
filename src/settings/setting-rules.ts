import { LIFETIMES, MOST_ATTEMPTS, type PhoneNumberSettings } from '../options/live-settings.js';
import { bool, group, type Rule, wholeNumber } from '../options/rules.js';

/** What there is to set, by the name of its row. What is not in a value is as the options say. */
export interface SettingValues {
  readonly 'phone-number': Partial<PhoneNumberSettings>;
}

export type SettingName = keyof SettingValues;

const RULES: { readonly [Name in SettingName]: Rule } = {
  'phone-number': group({
    enabled: bool,
    expiresIn: wholeNumber(LIFETIMES.min, LIFETIMES.max, 'seconds'),
    allowedAttempts: wholeNumber(1, MOST_ATTEMPTS),
  }),
};

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(RULES, name);

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
