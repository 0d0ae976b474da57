import { EventSink } from './event-sink.js';
import type { PhoneAuthEvent } from './phone-auth-event.js';

/** The option `onEvent` as a sink: the default. */
export class CallbackEventSink extends EventSink {
  constructor(private readonly callback: ((event: PhoneAuthEvent) => unknown) | undefined) {
    super();
  }

  /** Whether nobody listens. */
  get isClosed(): boolean {
    return this.callback === undefined;
  }

  override emit(event: PhoneAuthEvent): unknown {
    return this.callback?.(event);
  }
}
