import {
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { Injectable } from '@nestjs/common';
import {
  Telemetry,
  type TelemetryAttributes,
  type TelemetryInstrument,
  type TelemetrySpan,
  type TelemetrySpanStart,
} from '../runtime/telemetry.js';

/** By which spans and metrics are told from those of others. */
const SCOPE = 'nestjs-phone-auth';

/**
 * Spans and metrics for the OpenTelemetry API (package `@opentelemetry/api`), which hands them to the SDK that the
 * application has set up, and to nobody where it has none. Names and attributes: docs/observability.md.
 *
 * @example
 * ```ts
 * import { OpenTelemetry } from 'nestjs-phone-auth/opentelemetry';
 *
 * PhoneAuthModule.forRoot({ secret, providers: [{ provide: Telemetry, useClass: OpenTelemetry }] })
 * ```
 * @publicApi
 */
@Injectable()
export class OpenTelemetry extends Telemetry {
  override readonly isOn = true;
  private readonly tracer = trace.getTracer(SCOPE);
  private instruments: Instruments | undefined;

  override span<T>(
    { name, kind = 'internal', attributes = {} }: TelemetrySpanStart,
    work: (span: TelemetrySpan) => Promise<T>,
  ): Promise<T> {
    const options = { kind: KINDS[kind], attributes: present(attributes) };
    return this.tracer.startActiveSpan(name, options, async (span) => {
      try {
        return await work(new OpenSpan(span));
      } finally {
        span.end();
      }
    });
  }

  override count(counter: TelemetryInstrument, attributes: TelemetryAttributes): void {
    this.current().counter(counter).add(1, present(attributes));
  }

  override record(histogram: TelemetryInstrument, value: number, attributes: TelemetryAttributes): void {
    this.current().histogram(histogram).record(value, present(attributes));
  }

  /** Instruments belong to the provider that made them, and an SDK may be set up after us. */
  private current(): Instruments {
    const provider = metrics.getMeterProvider();
    if (this.instruments?.provider !== provider) this.instruments = new Instruments(provider);
    return this.instruments;
  }
}

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT };

class OpenSpan implements TelemetrySpan {
  constructor(private readonly span: Span) {}

  set(attributes: TelemetryAttributes): void {
    this.span.setAttributes(present(attributes));
  }

  failed(type: string): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/** The instruments of one provider, each made when it is first used. */
class Instruments {
  private readonly meter: Meter;
  private readonly counters = new Map<TelemetryInstrument, Counter>();
  private readonly histograms = new Map<TelemetryInstrument, Histogram>();

  constructor(readonly provider: MeterProvider) {
    this.meter = provider.getMeter(SCOPE);
  }

  counter(instrument: TelemetryInstrument): Counter {
    const made = this.counters.get(instrument) ?? this.meter.createCounter(instrument.name, instrument);
    this.counters.set(instrument, made);
    return made;
  }

  histogram(instrument: TelemetryInstrument): Histogram {
    const made =
      this.histograms.get(instrument) ??
      this.meter.createHistogram(instrument.name, {
        ...instrument,
        advice: { explicitBucketBoundaries: SECONDS },
      });
    this.histograms.set(instrument, made);
    return made;
  }
}

/** As OpenTelemetry advises for what is measured in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function present(attributes: TelemetryAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
