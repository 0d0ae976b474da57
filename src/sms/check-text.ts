import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { MessageTemplate, MessageValues } from '../options/options.js';
import { smsSegments } from './segments.js';

const LINK = /https?:\/\/|\bwww\./i;

/** A template under examination. */
interface Examined {
  /** The longest that there can be. */
  readonly values: MessageValues;
  /** The message as it would go out. */
  readonly render: () => string;
  readonly limits: { readonly bytes: number | undefined };
  /** Throws, or warns, as the host has chosen. */
  readonly complain: (error: PhoneAuthOptionError) => void;
}

/** @throws PhoneAuthOptionError where the template cannot become a message that a person should get */
export function checkText(option: string, template: MessageTemplate, examined: Examined): void {
  const { values, limits, complain } = examined;
  if (typeof template === 'string') checkPlaceholders(option, template, values);
  const text = rendered(option, examined);
  if (!text.includes(values.code)) {
    throw new PhoneAuthOptionError(option, 'a text without the code', 'put the code into it');
  }
  refuseLink(option, text);
  checkLength(option, text, complain);
  const bytes = Buffer.byteLength(text);
  if (limits.bytes !== undefined && bytes > limits.bytes) {
    complain(
      new PhoneAuthOptionError(
        option,
        `${bytes} bytes long with its last lines`,
        `use at most ${limits.bytes}: Android's SMS Retriever reads no more`,
      ),
    );
  }
}

/** A text without a code. @throws PhoneAuthOptionError as {@link checkText} */
export function checkNotice(option: string, text: string, complain: Examined['complain']): void {
  const open = /\{\w+\}/.exec(text)?.[0];
  if (open !== undefined) throw unfilled(option, open);
  refuseLink(option, text);
  checkLength(option, text, complain);
}

function checkPlaceholders(option: string, template: string, { appName }: MessageValues): void {
  const known = ['code', 'minutes', ...(appName === undefined ? [] : ['appName'])];
  for (const [whole, name = ''] of template.matchAll(/\{(\w+)\}/g)) {
    if (!known.includes(name)) throw unfilled(option, whole);
  }
}

const unfilled = (option: string, placeholder: string) =>
  new PhoneAuthOptionError(
    option,
    `a text with ${placeholder}`,
    placeholder === '{appName}'
      ? 'set messages.appName'
      : 'use {code}, {minutes} and {appName}: nothing that a stranger can choose goes into a message',
  );

/** Functions are the host's, and may do anything. */
function rendered(option: string, { render }: Examined): string {
  try {
    const text: unknown = render();
    if (typeof text === 'string') return text;
  } catch {
    // what it threw may hold what it was given
  }
  throw new PhoneAuthOptionError(option, 'a function that returns no text', 'return the text of the message');
}

function refuseLink(option: string, text: string): void {
  if (LINK.test(text)) {
    throw new PhoneAuthOptionError(
      option,
      'a text with a link',
      'leave it out: whoever imitates the message has one, too',
    );
  }
}

function checkLength(option: string, text: string, complain: Examined['complain']): void {
  const { encoding, units, segments } = smsSegments(text);
  if (segments === 1) return;
  const room = encoding === 'GSM-7' ? 160 : 70;
  complain(
    new PhoneAuthOptionError(
      option,
      `${units} ${encoding === 'GSM-7' ? 'septets' : 'units of UCS-2'} long and takes ${segments} segments`,
      `use at most ${room}, or set messages.multiSegment to 'warn' and pay for ${segments} messages each time`,
    ),
  );
}
