import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Clock } from '../runtime/clock.js';
import { NoTelemetry, Telemetry } from '../runtime/telemetry.js';
import { connectionCode } from '../sms/send-outcome.js';
import { isCertain } from '../sms/http-status.js';
import type { DeliveryOutcome, OutgoingEvent } from './outgoing-event.js';
import { ForbiddenReceiver } from './receiver-addresses.js';
import { WebhookHttp } from './webhook-http.js';
import { WebhookSigner } from './webhook-signer.js';

/** One attempt to deliver it. */
export interface Attempt {
  readonly url: string;
  /** 1 for the first. */
  readonly number: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined;
}

/** Answers that say: not now (S5.29). */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 408;

/** Signs an event and asks the receiver once. It never throws: a failure is a result, too. */
@Injectable()
export class WebhookClient {
  private readonly prefix: string;

  constructor(
    private readonly http: WebhookHttp,
    private readonly signer: WebhookSigner,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) { webhooks }: PhoneAuthConfig,
    private readonly telemetry: Telemetry = new NoTelemetry(),
  ) {
    this.prefix = webhooks.headerPrefix;
  }

  /** Inside a span, where somebody wants one. */
  attempt(event: OutgoingEvent, attempt: Attempt): Promise<DeliveryOutcome> {
    const attributes = { 'phone_auth.event': event.type, 'phone_auth.attempt': attempt.number };
    return this.telemetry.span({ name: 'phone_auth.webhook', kind: 'client', attributes }, async (span) => {
      const outcome = await this.ask(event, attempt);
      if (!outcome.ok) span.failed(outcome.certain ? 'rejected' : 'unknown');
      return outcome;
    });
  }

  private async ask(
    event: OutgoingEvent,
    { url, number, timeout, signal }: Attempt,
  ): Promise<DeliveryOutcome> {
    const limit = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
    const ends = signal ? AbortSignal.any([limit, signal]) : limit;
    try {
      const headers = await this.headers(event, number);
      const status = await this.http.post({ url: new URL(url), headers, body: event.body, signal: ends });
      if (status >= 200 && status < 300) return { ok: true };
      const reason = `the receiver answered ${status}`;
      return { ok: false, status, again: isPassing(status), certain: isCertain(status), reason };
    } catch (cause) {
      if (ends.aborted) return unknown('the receiver did not answer in time');
      if (cause instanceof ForbiddenReceiver) {
        return { ok: false, again: false, certain: true, reason: cause.message };
      }
      return unknown(`the connection to the receiver failed (${connectionCode(cause) ?? 'no answer'})`);
    }
  }

  private async headers(event: OutgoingEvent, attempt: number): Promise<Record<string, string>> {
    const timestamp = this.clock.now();
    const ours = {
      Signature: await this.signer.sign(event.body, timestamp),
      'Signature-Kid': this.signer.kid,
      Timestamp: String(timestamp),
      'Event-Type': event.type,
      'Event-Id': event.id,
      'Delivery-Attempt': String(attempt),
    };
    return {
      'content-type': 'application/json',
      'user-agent': 'nestjs-phone-auth',
      ...Object.fromEntries(Object.entries(ours).map(([name, value]) => [this.prefix + name, value])),
    };
  }
}

const unknown = (reason: string): DeliveryOutcome => ({ ok: false, again: true, certain: false, reason });
