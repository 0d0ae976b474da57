import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, type ContextManager, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** What the SDK for Node brings in a package of its own: the span that is open follows what waits. */
class AsyncContext implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();
  active = () => this.storage.getStore() ?? ROOT_CONTEXT;
  with: ContextManager['with'] = (open, work, thisArg, ...args) =>
    this.storage.run(open, () => work.apply(thisArg as ThisParameterType<typeof work>, args));
  bind: ContextManager['bind'] = (_, target) => target;
  enable = () => this;
  disable = () => this;
}

/** A measurement as it would have been exported. */
export interface Measured {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: unknown;
}

/** The SDK of OpenTelemetry as an application sets it up, which keeps everything in memory. */
export class OpenTelemetrySdk {
  private readonly exporter = new InMemorySpanExporter();
  private readonly measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  private readonly tracers = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.exporter)],
  });
  private readonly meters = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({ exporter: this.measured, exportIntervalMillis: 3_600_000 }),
    ],
  });

  /** For the whole process, as it is meant. */
  start(): void {
    context.setGlobalContextManager(new AsyncContext());
    trace.setGlobalTracerProvider(this.tracers);
    metrics.setGlobalMeterProvider(this.meters);
  }

  async stop(): Promise<void> {
    for (const api of [context, trace, metrics]) api.disable();
    await this.tracers.shutdown();
    await this.meters.shutdown();
  }

  spans(): ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  async metrics(): Promise<Measured[]> {
    this.measured.reset();
    await this.meters.forceFlush();
    return this.measured
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ metric: descriptor.name, attributes, value })),
      );
  }

  /** What was kept is forgotten; counters go on. */
  clear(): void {
    this.exporter.reset();
  }
}
