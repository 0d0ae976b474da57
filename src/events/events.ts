import { Injectable } from '@nestjs/common';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { EventSink } from './event-sink.js';
import type { PhoneAuthEvent } from './phone-auth-event.js';

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

/** Hands events to the sink without waiting for it: a sink that fails or hangs changes nothing for anybody. */
@Injectable()
export class Events {
  constructor(
    private readonly sink: EventSink,
    private readonly clock: Clock,
    private readonly background: BackgroundTasks,
  ) {}

  emit(event: WithoutTime<PhoneAuthEvent>): void {
    const stamped = { ...event, at: this.clock.now() } as PhoneAuthEvent;
    this.background.run(`The event ${event.type} was not taken`, async () => this.sink.emit(stamped));
  }
}
