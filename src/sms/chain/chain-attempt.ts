import { acceptedUnlessSaid, failedSend } from '../send-outcome.js';
import type { SendResult } from '../send-result.js';

/** What one attempt is given. */
export interface AttemptLimits {
  readonly timeLimit: number;
  readonly signal: AbortSignal;
}

/** What became of it; `timedOut` where there was nothing but silence until its time was over. */
export interface Attempt extends SendResult {
  readonly timedOut: boolean;
}

/**
 * Lets a sender work for a while, and no longer whatever it does. When the time is over its request is cut, and it has
 * one more turn of the event loop to say what it knows: that the message had been accepted, or an answer had begun.
 */
export async function attempt(
  send: (limits: AttemptLimits) => Promise<SendResult | void>,
  share: number,
  outer: AbortSignal,
): Promise<Attempt> {
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  const timer = setTimeout(() => own.abort(new Error(`no answer within ${Math.round(share)} ms`)), share);
  try {
    const ended = outcome(send, { timeLimit: share, signal });
    const result = await Promise.race([ended, silence(signal)]);
    const timedOut = signal.aborted && result.status === 'unknown' && result.answered !== true;
    return { ...result, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

async function outcome(
  send: (limits: AttemptLimits) => Promise<SendResult | void>,
  limits: AttemptLimits,
): Promise<SendResult> {
  try {
    return acceptedUnlessSaid(await send(limits));
  } catch (cause) {
    return failedSend(cause);
  }
}

function silence(signal: AbortSignal): Promise<SendResult> {
  return new Promise((resolve) => {
    const end = () =>
      setImmediate(() => resolve({ status: 'unknown', reason: 'no answer in time', fault: 'provider' }));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
