import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { PhoneAuthConfig } from './config.js';
import { listOf } from './rules.js';

/**
 * Another system's routes, beside those of the phone-number dialect: other names, the same flows and limits.
 *
 * - `kavachos`: `phone/send-code`, `phone/verify-code`
 * - `node-auth`: `sms/send`, `sms/verify`, `login`, `refresh`, `logout`, `me`, `add-phone`; with token pairs
 *
 * @publicApi
 */
export type Dialect = 'kavachos' | 'node-auth';

/** Token of the dialects whose routes are mounted. */
export const MOUNTED_DIALECTS = Symbol('nestjs-phone-auth:mounted-dialects');

export const DIALECTS: readonly Dialect[] = ['kavachos', 'node-auth'];

const known = listOf(...DIALECTS);

/** @throws PhoneAuthOptionError for a dialect that there is not */
export function checkDialects(dialects: readonly Dialect[]): void {
  if (dialects.length !== 0) known(dialects, 'dialects');
}

/** What shapes the routes, and stands beside a factory. */
export interface RouteExtras {
  readonly dialects?: readonly Dialect[];
  readonly guards?: readonly unknown[];
}

/**
 * A preset names its dialect, and guards, among its options. Routes are mounted before a factory runs, so what a factory
 * names has to stand beside it too. Where there are no routes there is none to miss.
 *
 * @throws PhoneAuthOptionError where it does not
 */
export function withoutExtras<Options extends object>(
  { dialects = [], guards = [], ...options }: Options & RouteExtras,
  mounted: Required<RouteExtras> | undefined,
): Omit<Options, keyof RouteExtras> {
  checkDialects(dialects);
  if (!mounted) return options;
  const missing = dialects.filter((name) => !mounted.dialects.includes(name)).map((name) => `'${name}'`);
  if (missing.length > 0) {
    throw new PhoneAuthOptionError(
      'dialects',
      'made by a factory alone',
      `put dialects: [${missing.join(', ')}] beside useFactory, because routes are mounted before it runs`,
    );
  }
  if (!guards.every((guard) => mounted.guards.includes(guard))) {
    throw new PhoneAuthOptionError(
      'guards',
      'made by a factory alone',
      'put them beside useFactory, because routes are mounted before it runs',
    );
  }
  return options;
}

/**
 * What the routes of a dialect cannot do without.
 *
 * @throws PhoneAuthOptionError where it is missing
 */
export function checkDialectsFit(
  dialects: readonly Dialect[],
  { session, bindToClient }: PhoneAuthConfig,
): void {
  if (!dialects.includes('node-auth')) return;
  if (session.strategy !== 'token-pair') {
    throw new PhoneAuthOptionError(
      'session.strategy',
      "'opaque' beside the dialect 'node-auth'",
      "set it to 'token-pair', as nodeAuth() does: its routes give out token pairs",
    );
  }
  if (bindToClient) {
    throw new PhoneAuthOptionError(
      'bindToClient',
      "true beside the dialect 'node-auth'",
      'leave it out: the answer of sms/send has no room for a challenge',
    );
  }
}
