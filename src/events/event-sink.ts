import type { PhoneAuthEvent } from './phone-auth-event.js';

/**
 * Where events go. This class is both the type and the injection token; by default they go to the option `onEvent`.
 *
 * @example
 * ```ts
 * @Injectable()
 * class Metrics extends EventSink {
 *   emit(event: PhoneAuthEvent) {
 *     if (event.type === 'send.suspected') suspected.inc({ country: event.country, decision: event.decision });
 *   }
 * }
 *
 * PhoneAuthModule.forRoot({ secret, providers: [{ provide: EventSink, useClass: Metrics }] })
 * ```
 * @publicApi
 */
export abstract class EventSink {
  /** Nobody waits for it, and what it throws is logged. */
  abstract emit(event: PhoneAuthEvent): unknown;
}
