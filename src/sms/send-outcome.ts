import { isSendResult, type SendResult } from './send-result.js';
import { SmsSendError } from './sms-send-error.js';

/** Errors of the system that come before a single byte of the request has left. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What a sender answered, whatever it is: nothing is what senders return that have nothing to tell. */
export const acceptedUnlessSaid = (answer: unknown): SendResult =>
  isSendResult(answer) ? answer : { status: 'accepted' };

/** What a sender's error says about the message. Of an unknown error nothing is known. */
export function failedSend(cause: unknown): SendResult {
  const reason = reasonOf(cause);
  if (cause instanceof SmsSendError) {
    const { status, fault, answered } = cause;
    return { status, reason, fault, answered };
  }
  return { status: neverConnected(cause) ? 'rejected' : 'unknown', reason, fault: 'provider' };
}

/** Whether an error, or one underneath it, says that there was no connection: then nothing was accepted. */
export function neverConnected(cause: unknown): boolean {
  const code = connectionCode(cause);
  return code !== undefined && NEVER_CONNECTED.has(code);
}

/** The system's code of an error, or of one underneath it: `fetch` wraps them, and a name with two addresses has two. */
export function connectionCode(cause: unknown, depth = 0): string | undefined {
  if (typeof cause !== 'object' || cause === null || depth > 3) return undefined;
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if ('cause' in cause) return connectionCode(cause.cause, depth + 1);
  return cause instanceof AggregateError ? connectionCode(cause.errors[0], depth + 1) : undefined;
}

/** SDKs reject with whatever they have: an error without a message, or no error at all. */
function reasonOf(cause: unknown): string {
  const text: unknown = cause instanceof Error ? cause.message : cause;
  return typeof text === 'string' && text !== '' ? text : 'it gave no message';
}
