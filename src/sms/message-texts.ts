import { Logger } from '@nestjs/common';
import type { CodePurpose } from '../options/code-purpose.js';
import type { PhoneAuthConfig } from '../options/config.js';
import { LIFETIMES } from '../options/live-settings.js';
import type { MessageChannel, MessageTemplate, MessageTemplates, MessageValues } from '../options/options.js';
import { checkNotice, checkText } from './check-text.js';

const TEMPLATE_OF = {
  'sign-in': 'signIn',
  'reset-password': 'resetPassword',
  'second-factor': 'secondFactor',
  'step-up': 'stepUp',
} as const satisfies Record<CodePurpose, keyof MessageTemplates>;

/** What is written, and what it was made of. */
export interface RenderedText {
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Which text of which language. */
export interface TextOrder {
  readonly purpose: CodePurpose;
  readonly code: string;
  /** Seconds for which the code is good. */
  readonly expiresIn: number;
  readonly channel?: MessageChannel | undefined;
  readonly locale?: string | undefined;
}

/** The texts of messages. Nothing in them comes from the person who asked: his language chooses, and is not written (R39). */
export class MessageTexts {
  private readonly logger = new Logger('PhoneAuth');
  private readonly locales: ReadonlyMap<string, MessageTemplates>;

  /** @throws PhoneAuthOptionError naming the template that cannot be sent as it is (R37, R39) */
  constructor(private readonly config: PhoneAuthConfig) {
    const { locales } = config.messages;
    this.locales = new Map(Object.entries(locales).map(([tag, own]) => [tag.toLowerCase(), own]));
    this.check();
  }

  render(order: TextOrder): RenderedText {
    const { code, expiresIn, channel = 'sms' } = order;
    const values = this.valuesOf(code, expiresIn);
    const text = fill(this.templateFor(order), values);
    return { text: channel === 'sms' ? this.forPhones(text, code) : text, values: asTexts(values) };
  }

  private templateFor({ purpose, locale }: TextOrder): MessageTemplate {
    const name = TEMPLATE_OF[purpose];
    for (const tag of fallbacks(locale)) {
      const template = this.locales.get(tag)?.[name];
      if (template !== undefined) return template;
    }
    return this.config.messages[name];
  }

  private valuesOf(code: string, expiresIn: number): MessageValues {
    const { appName } = this.config.messages;
    return { code, expiresIn, minutes: Math.max(1, Math.floor(expiresIn / 60)), appName };
  }

  /** The lines that phones and browsers read. The one of the browser has to be the last, and to end with the code (R38). */
  private forPhones(text: string, code: string): string {
    const { androidAppHash, webOtpDomain } = this.config.messages;
    const lines = [text.trimEnd()];
    if (androidAppHash !== undefined) lines.push(androidAppHash);
    if (webOtpDomain !== undefined) lines.push(`@${webOtpDomain} #${code}`);
    return lines.join('\n');
  }

  /** Every text in every language, as it would be sent (R37), whatever an operator sets. */
  private check(): void {
    const { messages, otpLength, admin } = this.config;
    const expiresIn = admin ? LIFETIMES.max : this.config.expiresIn;
    const values = this.valuesOf('7'.repeat(otpLength), expiresIn);
    const limits = { bytes: messages.androidAppHash === undefined ? undefined : 140 };
    const languages: [path: string, own: MessageTemplates][] = [
      ['messages', messages],
      ...Object.entries(messages.locales).map(([tag, own]): [string, MessageTemplates] => [
        `messages.locales.${tag}`,
        own,
      ]),
    ];
    const complain = (error: Error) => {
      if (messages.multiSegment === 'error') throw error;
      this.logger.warn(error.message);
    };
    for (const [path, own] of languages) {
      for (const name of Object.values(TEMPLATE_OF)) {
        const template = own[name];
        if (template === undefined) continue;
        const render = () => this.forPhones(fill(template, values), values.code);
        checkText(`${path}.${name}`, template, { values, render, limits, complain });
      }
    }
    checkNotice('messages.numberChanged', messages.numberChanged, complain);
  }
}

/** `zh-Hant-TW`, then `zh-Hant`, then `zh`. */
function fallbacks(locale = ''): string[] {
  const parts = locale.toLowerCase().replaceAll('_', '-').split('-').slice(0, 8);
  return parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join('-'));
}

function fill(template: MessageTemplate, values: MessageValues): string {
  if (typeof template === 'function') return template(values);
  const { code, minutes, appName = '' } = values;
  const own: Readonly<Record<string, string>> = { code, minutes: String(minutes), appName };
  return template.replaceAll(/\{(code|minutes|appName)\}/g, (_, name: string) => own[name] ?? '');
}

function asTexts({ code, minutes, appName }: MessageValues): Record<string, string> {
  return { code, minutes: String(minutes), ...(appName !== undefined && { appName }) };
}
