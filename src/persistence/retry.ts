import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isLostRace } from './failures.js';

const RETRIES = 3;

/** Does work again that lost a race against another transaction, a little later each time, so that the two do not meet again. */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let retry = 1; retry <= RETRIES; retry += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLostRace(error)) throw error;
      await delay(randomInt(5, 20) * retry);
    }
  }
  return work();
}
