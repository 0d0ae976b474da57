import { PhoneAuthOptionError } from '../../errors/phone-auth-option.error.js';
import { group, groupOrFalse, oneOf, rule, wholeNumber } from '../../options/rules.js';
import type { Clock } from '../../runtime/clock.js';
import type { SmsSender } from '../sms-sender.js';

/**
 * One step of a route: a provider, or several with their shares of the messages. Of several, one is drawn, and the others
 * follow it in case it fails.
 *
 * @example
 * ```ts
 * 'twilio'
 * { twilio: 80, vonage: 20 }
 * ```
 * @publicApi
 */
export type SmsChainStep<Name extends string> = Name | Readonly<Partial<Record<Name, number>>>;

/**
 * Options of {@link SmsChain}.
 *
 * @publicApi
 */
export interface SmsChainOptions<Name extends string = string> {
  /** The providers, by the names that routes, logs and results call them. */
  senders: Readonly<Record<Name, SmsSender>>;
  /** Who is tried, in order. @default every sender, in the order in which they are named */
  order?: readonly SmsChainStep<Name>[] | undefined;
  /**
   * Who is tried for numbers of a country, by ISO 3166 region such as `DE`, in place of `order`.
   * @default `order` for every country
   */
  routes?: Readonly<Record<string, readonly SmsChainStep<Name>[]>> | undefined;
  /**
   * Milliseconds for the whole send, 100 to 60000. Each attempt has its share: what is left, divided by the providers that
   * are left. So one that hangs leaves time for the next.
   * @default nine tenths of `messages.timeout`
   */
  budget?: number | undefined;
  /**
   * After a provider that said nothing at all until its share was over: go on to the next, or give up. Its request is
   * cut, so it can hardly have accepted the message, but it is not impossible: then a person gets two messages, each with
   * the same code, and both are paid for. Giving up costs everybody his code while a provider hangs.
   * @default 'failover'
   */
  afterTimeout?: 'failover' | 'stop' | undefined;
  /**
   * After an answer that broke off, could not be read or did not end: the provider very likely has the message. Going on
   * sends and pays twice; giving up answers `SEND_OTP_FAILED` although the message may arrive, with a code that is void.
   * @default 'stop'
   */
  afterUnknown?: 'failover' | 'stop' | undefined;
  /**
   * When a provider is passed over: after `failures` in a row, for `openFor` milliseconds; then one message at a time goes
   * through it until one arrives. `false`: never.
   * @default { failures: 5, openFor: 30_000 }
   */
  breaker?: { failures?: number; openFor?: number } | false | undefined;
  /** The time by which circuits open and close. @default the machine's */
  clock?: Clock | undefined;
  /** A number from 0 up to 1, for the shares. @default a secure one */
  random?: (() => number) | undefined;
}

const list = rule((value) => Array.isArray(value) && value.length > 0, 'use a list of names, one at least');
const object = rule((value) => typeof value === 'object' && value !== null, 'use an object');

const check = group({
  senders: object,
  order: list,
  routes: object,
  budget: wholeNumber(100, 60_000, 'milliseconds'),
  afterTimeout: oneOf('failover', 'stop'),
  afterUnknown: oneOf('failover', 'stop'),
  breaker: groupOrFalse({
    failures: wholeNumber(1, 1_000),
    openFor: wholeNumber(100, 3_600_000, 'milliseconds'),
  }),
  clock: object,
  random: rule((value) => typeof value === 'function', 'use a function'),
});

/** @throws PhoneAuthOptionError naming the option */
export function checkChainOptions(options: SmsChainOptions): void {
  check(options, 'SmsChain');
  const senders: Readonly<Record<string, unknown>> = options.senders;
  const names = Object.keys(senders);
  if (names.length === 0) throw refusal('senders', 'empty', 'name one sender at least');
  for (const [name, sender] of Object.entries(senders)) {
    if (typeof (sender as { send?: unknown } | null)?.send !== 'function') {
      throw refusal(`senders.${name}`, 'no sender', 'use an SmsSender');
    }
  }
  if (options.order) checkRoute('order', options.order, names);
  for (const [region, route] of Object.entries(options.routes ?? {})) {
    if (!/^[A-Z]{2}$/.test(region)) {
      throw refusal(`routes.${region}`, 'unknown', "use ISO regions such as 'DE'");
    }
    list(route, `SmsChain.routes.${region}`);
    checkRoute(`routes.${region}`, route, names);
  }
}

function checkRoute(option: string, route: readonly SmsChainStep<string>[], names: readonly string[]): void {
  const seen = new Set<string>();
  for (const step of route) {
    const shares = typeof step === 'string' ? { [step]: 1 } : step;
    for (const [name, share] of Object.entries(shares)) {
      if (!names.includes(name)) throw refusal(option, `'${name}'`, `known here: ${names.join(', ')}`);
      if (seen.has(name)) throw refusal(option, `'${name}' twice`, 'name each sender once');
      seen.add(name);
      if (typeof share !== 'number' || !(share >= 0) || !Number.isFinite(share)) {
        throw refusal(`${option}.${name}`, String(share), 'use a share of 0 or more');
      }
    }
  }
}

const refusal = (option: string, found: string, allowed: string) =>
  new PhoneAuthOptionError(`SmsChain.${option}`, found, allowed);
