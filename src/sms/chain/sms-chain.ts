import { randomInt } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Clock, SystemClock } from '../../runtime/clock.js';
import { failureReason } from '../failure-reason.js';
import type { SendFault, SendResult } from '../send-result.js';
import { SmsSendError } from '../sms-send-error.js';
import { type SmsMessage, type SmsNotice, SmsSender } from '../sms-sender.js';
import { attempt, type Attempt, type AttemptLimits } from './chain-attempt.js';
import { checkChainOptions, type SmsChainOptions } from './chain-options.js';
import { ChainRoutes } from './chain-route.js';
import { Circuit } from './circuit.js';

/** Less than this is no time to reach anybody. */
const SHORTEST_SHARE = 10;

type Send = (sender: SmsSender, limits: AttemptLimits) => Promise<SendResult | void>;

/** From 0 up to 1. */
const drawn = () => randomInt(2 ** 32) / 2 ** 32;

/** What went wrong so far. */
interface Failure extends Attempt {
  readonly name: string;
}

/**
 * Several providers as one sender: the next is tried where one has certainly not accepted the message, or hangs. All of it
 * ends within one budget of time; a provider that fails again and again is passed over for a while. Where receipts are read
 * (`RECEIPT_READERS`), the next is tried as well when a provider reports later on that it could not deliver: with the same
 * code, while that is good for a minute more, and never twice with the same provider. Nobody asked for that message, so no limit
 * counts it; `PhoneAuthService.conversions()` and the event `code.sent` do.
 *
 * A message is sent again only where that cannot, or can hardly, make two of it:
 *
 * | The provider | What follows |
 * |---|---|
 * | refuses the number | the end: nobody could send it |
 * | refuses the message, is out of order, cannot be reached | the next |
 * | says nothing until its share of the time is over | its request is cut, then `afterTimeout`: the next |
 * | breaks off, or begins an answer and does not end it | `afterUnknown`: the end |
 *
 * What it knows of its providers it knows in this process alone.
 *
 * @example
 * ```ts
 * providers: [
 *   {
 *     provide: SmsSender,
 *     useValue: new SmsChain({
 *       senders: { twilio: new TwilioSmsSender({ … }), vonage: new VonageSmsSender({ … }), sns: new SnsSmsSender() },
 *       order: [{ twilio: 80, vonage: 20 }, 'sns'],
 *       routes: { IN: ['sns'] },
 *     }),
 *   },
 * ]
 * ```
 * @publicApi
 */
export class SmsChain<Name extends string = string> extends SmsSender {
  private readonly logger = new Logger('PhoneAuth');
  private readonly senders: ReadonlyMap<string, SmsSender>;
  private readonly circuits: ReadonlyMap<string, Circuit>;
  private readonly routes: ChainRoutes;
  private readonly clock: Clock;

  /** @throws PhoneAuthOptionError where an option cannot be right, or names a sender that there is not */
  constructor(private readonly options: SmsChainOptions<Name>) {
    super();
    checkChainOptions(options);
    const { senders, breaker = {}, clock = new SystemClock(), random = drawn } = options;
    this.clock = clock;
    this.senders = new Map(Object.entries<SmsSender>(senders));
    const limits =
      breaker === false
        ? { failures: Infinity, openFor: 0 }
        : { failures: breaker.failures ?? 5, openFor: breaker.openFor ?? 30_000 };
    this.circuits = new Map([...this.senders.keys()].map((name) => [name, new Circuit(limits, this.clock)]));
    this.routes = new ChainRoutes(options, random);
  }

  /** @throws SmsSendError where nobody accepted the message, or nobody knows whether somebody did */
  override async send(message: SmsMessage): Promise<SendResult> {
    const { phoneNumber, tried = [] } = message;
    const route = this.routes.for(phoneNumber).filter((name) => !tried.includes(name));
    if (route.length === 0) throw new SmsSendError('rejected', 'every provider has had the message');
    return this.through(route, message, (sender, limits) => sender.send({ ...message, ...limits }));
  }

  override providersFor(phoneNumber: string): readonly string[] {
    return this.routes.names(phoneNumber);
  }

  /** Goes to those that send notices at all. @throws SmsSendError as {@link send} */
  override async notify(notice: SmsNotice): Promise<SendResult | void> {
    const names = this.routes.for(notice.phoneNumber).filter((name) => sendsNotices(this.senders.get(name)));
    if (names.length === 0) return;
    return this.through(names, notice, (sender, limits) => sender.notify({ ...notice, ...limits }));
  }

  private async through(route: readonly string[], message: SmsMessage | SmsNotice, send: Send) {
    const end = performance.now() + this.budget(message);
    const failures: Failure[] = [];
    // where everybody is to be spared, somebody has to be asked all the same
    const spared = !route.some((name) => this.circuits.get(name)?.available);
    for (const [place, name] of route.entries()) {
      const isOpen = (other: string) => spared || this.circuits.get(other)?.available === true;
      if (!isOpen(name)) continue;
      const left = 1 + route.slice(place + 1).filter(isOpen).length;
      const share = (end - performance.now()) / left;
      if (share < SHORTEST_SHARE || message.signal.aborted) break;
      const result = await this.tryOne(name, send, share, message.signal);
      if (result.status === 'accepted') {
        const { timedOut: _, ...accepted } = result;
        return { ...accepted, provider: name, tried: [...failures.map((failure) => failure.name), name] };
      }
      failures.push({ ...result, name });
      this.log(message, name, result);
      if (this.isEnd(result)) break;
    }
    throw summary(failures);
  }

  private async tryOne(name: string, send: Send, share: number, outer: AbortSignal): Promise<Attempt> {
    const circuit = this.circuits.get(name) as Circuit;
    const sender = this.senders.get(name) as SmsSender;
    const isProbe = circuit.enter();
    const result = await attempt((limits) => send(sender, limits), share, outer);
    // who refuses a number or a message is well
    if (result.status === 'accepted' || (result.fault ?? 'provider') !== 'provider') circuit.succeeded();
    else if (circuit.failed(isProbe)) this.logger.warn(`SMS provider ${name} is passed over for a while`);
    return result;
  }

  private isEnd({ status, fault, timedOut }: Attempt): boolean {
    if (status === 'rejected') return fault === 'number';
    const { afterTimeout = 'failover', afterUnknown = 'stop' } = this.options;
    return (timedOut ? afterTimeout : afterUnknown) === 'stop';
  }

  /** Ends before the time limit around it does, so that what is known can be told. */
  private budget({ timeLimit = 10_000 }: SmsMessage | SmsNotice): number {
    return Math.min(this.options.budget ?? Infinity, timeLimit * 0.9);
  }

  private log(message: SmsMessage | SmsNotice, name: string, { status, reason = status }: Attempt): void {
    this.logger.warn(`SMS provider ${name} failed (${status}): ${failureReason(reason, message)}`);
  }
}

const sendsNotices = (sender: SmsSender | undefined): boolean =>
  sender !== undefined && sender.notify !== SmsSender.prototype.notify;

/** One end for many: unknown where one of them is, and the number's fault where one said so. */
function summary(failures: readonly Failure[]): SmsSendError {
  if (failures.length === 0) return new SmsSendError('rejected', 'there was no time to ask a provider');
  const status = failures.some((failure) => failure.status === 'unknown') ? 'unknown' : 'rejected';
  const faults = failures.map(({ fault }) => fault);
  const fault: SendFault = faults.includes('number')
    ? 'number'
    : faults.every((each) => each === 'message')
      ? 'message'
      : 'provider';
  const reasons = failures.map(({ name, reason, status: own }) => `${name}: ${reason ?? own}`);
  return new SmsSendError(
    status,
    reasons.join('; '),
    fault,
    failures.some(({ answered }) => answered === true),
  );
}
