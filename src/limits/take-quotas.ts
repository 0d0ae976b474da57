import type { Quota, QuotaOutcome, QuotaStore } from './quota-store.js';

/** The store could not count: nobody's no, but no yes either (R17). */
export class UncountedError extends Error {
  constructor(cause: unknown) {
    super(`The quota store failed: ${wordsOf(cause)}`, { cause });
  }
}

/** @throws UncountedError whatever it is that a store rejects with */
export async function takeQuotas(store: QuotaStore, quotas: readonly Quota[]): Promise<QuotaOutcome> {
  try {
    return await store.take(quotas);
  } catch (cause) {
    throw new UncountedError(cause);
  }
}

/** For the log: a store may repeat the keys that it was given, and numbers stand in them (R62). */
const wordsOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\+\d{4,}/g, '[number]');
