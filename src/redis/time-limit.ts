import { Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';

/** What a refused caller is told to wait, in seconds. */
const RETRY_AFTER = 5;

/**
 * Runs what asks Redis, and refuses where it fails or takes too long (R17): a client may hold a command back until Redis
 * is there again.
 *
 * @param tooLate is given the result that came after the refusal, to undo it
 * @throws PhoneAuthError `SERVICE_UNAVAILABLE`
 */
export async function withinTimeLimit<T>(
  milliseconds: number,
  run: () => Promise<T>,
  tooLate: (result: T) => unknown = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'over'>((resolve) => (timer = setTimeout(resolve, milliseconds, 'over')));
  try {
    const running = run();
    const first = await Promise.race([running.then((result) => ({ result })), limit]);
    if (first !== 'over') return first.result;
    running.then(tooLate).catch(() => undefined);
    throw new Error(`no answer within ${milliseconds} ms`);
  } catch (error) {
    const cause = causeOf(error);
    new Logger('PhoneAuth').error(`Redis failed: ${cause.message}`);
    throw new PhoneAuthError('SERVICE_UNAVAILABLE', { cause, retryAfter: RETRY_AFTER });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The driver's own error holds the whole command, and Redis quotes parts of it in its messages; keys have numbers and
 * addresses in them (R62). So it goes no further than the first quotation mark.
 */
function causeOf(error: unknown): Error {
  const message = error instanceof Error ? error.message : 'unknown';
  return new Error(message.split(/['"`]/, 1)[0]);
}
