import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** How many are remembered. */
const KEPT = 32;

/** Milliseconds that a provider takes, while none has been asked yet. */
const USUAL = 250;

/** How long senders have taken of late, so that a message that is not sent takes as long as one that is (R40). */
@Injectable()
export class RecentLatencies {
  private readonly latest: number[] = [];

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.latest.push(performance.now() - began);
      if (this.latest.length > KEPT) this.latest.shift();
    }
  }

  /** Takes as long as one of them, whichever. */
  async pass(): Promise<void> {
    const { length } = this.latest;
    const wait = length === 0 ? USUAL : (this.latest[randomInt(length)] ?? USUAL);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
