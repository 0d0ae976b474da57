import { Injectable } from '@nestjs/common';

/**
 * Where the module reads the time. Everything that expires asks it, so a test can move time instead of waiting.
 *
 * @example
 * ```ts
 * providers: [{ provide: Clock, useValue: new TestClock() }]
 * ```
 * @publicApi
 */
export abstract class Clock {
  /** The present moment, in milliseconds since the Unix epoch. */
  abstract now(): number;
}

/** The machine's own clock: the default. */
@Injectable()
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}
