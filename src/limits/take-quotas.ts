import type { Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { Quota, QuotaOutcome, QuotaStore } from './quota-store.js';

/** The store could not count: nobody's no, but no yes either (R17). */
class UncountedError extends Error {
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

/** What the log says where nothing could be counted. */
export interface UncountedWords {
  readonly refused: string;
  readonly allowed: string;
}

/**
 * Lets through what could not be counted, where the host wants that (`limits.onFailure`).
 *
 * @throws PhoneAuthError `SERVICE_UNAVAILABLE` where he does not (R17); whatever else went wrong, as it is
 */
export function letThroughUncounted(
  error: unknown,
  onFailure: 'refuse' | 'allow',
  logger: Logger,
  { refused, allowed }: UncountedWords,
): void {
  if (!(error instanceof UncountedError)) throw error;
  if (onFailure === 'refuse') {
    logger.error(`${refused}: ${error.message}`);
    throw new PhoneAuthError('SERVICE_UNAVAILABLE', { cause: error, retryAfter: 5 });
  }
  logger.warn(`${allowed}: ${error.message}`);
}

/** For the log: a store may repeat the keys that it was given, and numbers stand in them (R62). */
const wordsOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\+\d{4,}/g, '[number]');
