import type { Clock } from '../../runtime/clock.js';

/** When a provider is spared, and for how long. */
export interface CircuitLimits {
  readonly failures: number;
  readonly openFor: number;
}

/**
 * Spares a provider that fails again and again: after so many failures in a row it is passed over, and after a while one
 * message at a time is sent through it to see. One success, and it is back.
 */
export class Circuit {
  private failures = 0;
  private openedAt: number | undefined;
  private probing = false;

  constructor(
    private readonly limits: CircuitLimits,
    private readonly clock: Clock,
  ) {}

  /** Whether a message may try it now. */
  get available(): boolean {
    if (this.openedAt === undefined) return true;
    return !this.probing && this.clock.now() >= this.openedAt + this.limits.openFor;
  }

  /**
   * Takes the way, for which an end must be reported.
   *
   * @returns whether this is the one that is sent to see
   */
  enter(): boolean {
    this.probing = this.openedAt !== undefined;
    return this.probing;
  }

  succeeded(): void {
    this.failures = 0;
    this.openedAt = undefined;
    this.probing = false;
  }

  /**
   * @param wasProbe what {@link enter} said
   * @returns whether it is this failure that opened the circuit
   */
  failed(wasProbe: boolean): boolean {
    if (wasProbe) {
      this.probing = false;
      this.openedAt = this.clock.now();
      return false;
    }
    // what had set out before it opened says nothing new
    if (this.openedAt !== undefined) return false;
    this.failures += 1;
    if (this.failures < this.limits.failures) return false;
    this.openedAt = this.clock.now();
    return true;
  }
}
