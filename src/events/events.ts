import { Injectable } from '@nestjs/common';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { NoTelemetry, Telemetry } from '../runtime/telemetry.js';
import { CallbackEventSink } from './callback-event-sink.js';
import { EventSink } from './event-sink.js';
import { countEvent } from './metrics.js';
import type { PhoneAuthEvent } from './phone-auth-event.js';

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

/** An event that is about to be told. */
export type UntoldEvent = WithoutTime<PhoneAuthEvent>;

/** Hands events to the sink without waiting for it: a sink that fails or hangs changes nothing for anybody. */
@Injectable()
export class Events {
  private readonly isSinkOpen: boolean;

  constructor(
    private readonly sink: EventSink,
    private readonly clock: Clock,
    private readonly background: BackgroundTasks,
    private readonly telemetry: Telemetry = new NoTelemetry(),
  ) {
    this.isSinkOpen = !(sink instanceof CallbackEventSink && sink.isClosed);
  }

  /** Whether anybody wants to know. */
  get areHeard(): boolean {
    return this.isSinkOpen || this.telemetry.isOn;
  }

  emit(event: UntoldEvent): void {
    if (!this.areHeard) return;
    const stamped = { ...event, at: this.clock.now() } as PhoneAuthEvent;
    countEvent(this.telemetry, stamped);
    if (!this.isSinkOpen) return;
    this.background.run(`The event ${event.type} was not taken`, async () => this.sink.emit(stamped));
  }
}
