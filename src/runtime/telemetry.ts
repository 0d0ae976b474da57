/** What is known of a span or a measurement. Never a number, a code, a token or a name of somebody (I4, R62). */
export type TelemetryAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * What is counted or measured.
 *
 * @publicApi
 */
export interface TelemetryInstrument {
  readonly name: string;
  /** As UCUM writes it: `s`, `{code}`. */
  readonly unit: string;
  readonly description: string;
}

/**
 * A piece of work whose time is taken.
 *
 * @publicApi
 */
export interface TelemetrySpan {
  /** Adds what became known on the way. What is `undefined` is left out. */
  set(attributes: TelemetryAttributes): void;
  /** The work went wrong, by a fault and not by a refusal; `type` is a code or the name of a class, never a message. */
  failed(type: string): void;
}

/** @publicApi */
export interface TelemetrySpanStart {
  readonly name: string;
  /** `client` where it waits for somebody else's server. @default 'internal' */
  readonly kind?: 'internal' | 'client';
  readonly attributes?: TelemetryAttributes;
}

/**
 * Where spans and metrics go. This class is both the type and the injection token; by default they go nowhere and cost
 * nothing. `OpenTelemetry` of `nestjs-phone-auth/opentelemetry` hands them to the OpenTelemetry API.
 *
 * @example
 * ```ts
 * import { OpenTelemetry } from 'nestjs-phone-auth/opentelemetry';
 *
 * PhoneAuthModule.forRoot({ secret, providers: [{ provide: Telemetry, useClass: OpenTelemetry }] })
 * ```
 * @publicApi
 */
export abstract class Telemetry {
  /** Whether it is worth finding out what spans and metrics say. */
  abstract readonly isOn: boolean;

  /** Runs `work` inside a span, which ends with it. */
  abstract span<T>(start: TelemetrySpanStart, work: (span: TelemetrySpan) => Promise<T>): Promise<T>;

  /** Adds one to a counter. */
  abstract count(counter: TelemetryInstrument, attributes: TelemetryAttributes): void;

  /** Adds a value to a histogram. */
  abstract record(histogram: TelemetryInstrument, value: number, attributes: TelemetryAttributes): void;
}

const NO_SPAN: TelemetrySpan = { set: () => undefined, failed: () => undefined };

/** Nobody looks: the default. */
export class NoTelemetry extends Telemetry {
  override readonly isOn = false;

  override span<T>(_: TelemetrySpanStart, work: (span: TelemetrySpan) => Promise<T>): Promise<T> {
    return work(NO_SPAN);
  }

  override count(): void {}

  override record(): void {}
}
