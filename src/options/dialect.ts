import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { listOf } from './rules.js';

/**
 * Another system's routes, beside those of the phone-number dialect: other names, the same flows and limits.
 *
 * - `kavachos`: `phone/send-code`, `phone/verify-code`
 *
 * @publicApi
 */
export type Dialect = 'kavachos';

export const DIALECTS: readonly Dialect[] = ['kavachos'];

const known = listOf(...DIALECTS);

/** @throws PhoneAuthOptionError for a dialect that there is not */
export function checkDialects(dialects: readonly Dialect[]): void {
  if (dialects.length !== 0) known(dialects, 'dialects');
}

/**
 * A preset names its dialect among its options. Routes are mounted before a factory runs, so what a factory names has to
 * stand beside it too.
 *
 * @throws PhoneAuthOptionError where it does not
 */
export function withoutDialects<Options extends object>(
  { dialects = [], ...options }: Options & { dialects?: readonly Dialect[] },
  mounted: readonly Dialect[],
): Omit<Options, 'dialects'> {
  checkDialects(dialects);
  const missing = dialects.filter((name) => !mounted.includes(name)).map((name) => `'${name}'`);
  if (missing.length === 0) return options;
  throw new PhoneAuthOptionError(
    'dialects',
    'made by a factory alone',
    `put dialects: [${missing.join(', ')}] beside useFactory, because routes are mounted before it runs`,
  );
}
