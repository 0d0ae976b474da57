import { Injectable } from '@nestjs/common';
import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type {
  CodeVerifiedEvent,
  DecisionEvent,
  DecisionFailedEvent,
  EventDecision,
  SessionEndedEvent,
} from '../events/decision-event.js';
import { Events } from '../events/events.js';
import type { EventDestination } from '../events/event-base.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { NoTelemetry, Telemetry } from '../runtime/telemetry.js';
import type { EndedSession } from '../sessions/session-rows.js';
import type { ClientContext } from './client-context.js';

type WithoutCommon<T, More extends string = never> = T extends unknown
  ? Omit<T, keyof EventDecision | More>
  : never;

/** What a flow decides: the name of its span, and what is told of either outcome. */
export interface Decision<Request extends ClientContext, Told> {
  readonly span: string;
  /** `undefined` where something else tells it. */
  granted(result: Told, request: Request): WithoutCommon<DecisionEvent> | undefined;
  refused(request: Request): WithoutCommon<DecisionFailedEvent, 'reason' | 'limit'>;
}

/** A caller can do nothing about these. */
const FAULTS: ReadonlySet<PhoneAuthErrorCode> = new Set([
  'SEND_OTP_FAILED',
  'SEND_OTP_NOT_IMPLEMENTED',
  'SERVICE_UNAVAILABLE',
  'UNEXPECTED_ERROR',
  'FAILED_TO_CREATE_USER',
  'FAILED_TO_UPDATE_USER',
  'FAILED_TO_CREATE_SESSION',
]);

/**
 * Tells of every decision with its outcome and its reason (R62): as an event, which nobody waits for, and as a span. Both
 * outcomes cost the same, and where nobody listens they cost nothing.
 */
@Injectable()
export class Decisions {
  private readonly subjects = new WeakMap<ClientContext, E164>();

  constructor(
    private readonly events: Events,
    private readonly numbers: PhoneNumbers,
    private readonly telemetry: Telemetry = new NoTelemetry(),
  ) {}

  /** The number that a request turned out to be about. It is kept with the client's object, for that call alone. */
  isAbout(client: ClientContext, phoneNumber: E164): void {
    if (this.events.areHeard) this.subjects.set(client, phoneNumber);
  }

  /** Runs a flow and tells what came of it. What it returns or throws is what the caller gets. */
  watch<Request extends ClientContext, Told, Result extends Told>(
    decision: Decision<Request, Told>,
    request: Request,
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (!this.events.areHeard) return work();
    return this.telemetry.span({ name: `phone_auth.${decision.span}` }, async (span) => {
      try {
        const result = await work();
        span.set({ 'phone_auth.outcome': 'ok', 'phone_auth.country': this.countryOf(request) });
        const event = decision.granted(result, request);
        if (event) this.tell(event, request);
        return result;
      } catch (error) {
        const reason = error instanceof PhoneAuthError ? error.code : 'UNEXPECTED_ERROR';
        span.set({ 'phone_auth.outcome': reason, 'phone_auth.country': this.countryOf(request) });
        if (FAULTS.has(reason)) span.failed(reason);
        const limit = error instanceof PhoneAuthError ? error.limit : undefined;
        const why = { reason, ...(limit !== undefined && { limit }) };
        this.tell({ ...decision.refused(request), ...why }, request);
        throw error;
      }
    });
  }

  /** Tells that sessions ended: the one of `ended`, where there was one, or all of a user but the one to keep. */
  tellEnded(cause: SessionEndedEvent['cause'], ended: EndedSession | undefined): void {
    if (ended) this.events.emit({ type: 'session.ended', cause, scope: 'one', ...ended });
  }

  /** As {@link tellEnded}, for all sessions of a user, but for one that is kept. */
  tellAllEnded(cause: SessionEndedEvent['cause'], userId: string, exceptId?: string): void {
    const kept =
      exceptId === undefined ? ({ scope: 'all' } as const) : ({ scope: 'others', exceptId } as const);
    this.events.emit({ type: 'session.ended', cause, userId, ...kept });
  }

  /** Tells that a code was right, and is used up. */
  tellVerified(purpose: CodeVerifiedEvent['purpose'], phoneNumber: E164): void {
    if (this.events.areHeard)
      this.events.emit({ type: 'code.verified', purpose, ...this.destination(phoneNumber) });
  }

  /** Tells that a number was taken off an account. */
  tellReleased(userId: string, phoneNumber: E164): void {
    if (this.events.areHeard)
      this.events.emit({ type: 'number.released', userId, ...this.destination(phoneNumber) });
  }

  private tell(event: WithoutCommon<DecisionEvent>, client: ClientContext): void {
    const phoneNumber = this.subjects.get(client);
    const subject = phoneNumber && this.destination(phoneNumber);
    this.events.emit({ ...event, ...subject, ipAddress: client.ipAddress ?? '' });
  }

  private destination(phoneNumber: E164): EventDestination {
    return { phoneNumber: maskPhoneNumber(phoneNumber), country: this.numbers.countryOf(phoneNumber) };
  }

  private countryOf(client: ClientContext): string | undefined {
    const phoneNumber = this.subjects.get(client);
    return phoneNumber && this.numbers.countryOf(phoneNumber);
  }
}
