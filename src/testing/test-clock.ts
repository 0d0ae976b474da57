import { Clock } from '../runtime/clock.js';

/**
 * A clock that stands still until a test moves it.
 *
 * @example
 * ```ts
 * clock.advance({ seconds: 301 }); // the code has expired
 * ```
 * @publicApi
 */
export class TestClock extends Clock {
  private time: number;

  /** @param start the moment at which it stands, the present by default */
  constructor(start: Date | number = Date.now()) {
    super();
    this.time = Number(start);
  }

  override now(): number {
    return this.time;
  }

  advance({ days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 }: Duration): void {
    this.time += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds;
  }
}

/** @publicApi */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}
