import type { CodePurpose } from '../options/code-purpose.js';
import type { MessageOptions, MessageTemplate } from '../options/options.js';

const TEMPLATE_OF = { 'sign-in': 'signIn', 'reset-password': 'resetPassword' } as const satisfies Record<
  CodePurpose,
  keyof MessageOptions
>;

/** Renders the text of a message. Nothing in it comes from the person who asked (R39). */
export function messageText(
  templates: Readonly<Record<(typeof TEMPLATE_OF)[CodePurpose], MessageTemplate>>,
  purpose: CodePurpose,
  values: { code: string; expiresIn: number },
): string {
  const template = templates[TEMPLATE_OF[purpose]];
  return typeof template === 'function' ? template(values) : template.replaceAll('{code}', values.code);
}
