import { faultOf, isCertain } from '../sms/http-status.js';
import { connectionCode, neverConnected } from '../sms/send-outcome.js';
import type { SendFault } from '../sms/send-result.js';
import { SmsSendError } from '../sms/sms-send-error.js';

/** What the SDK's exceptions have in common. */
interface SnsFailure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/**
 * What went wrong, from status and name alone: AWS repeats the number in its message, and the SDK holds the answer in the
 * exception (I4).
 */
export function snsError(cause: unknown, signal: AbortSignal, answered: boolean): SmsSendError {
  const failure = (typeof cause === 'object' && cause !== null ? cause : {}) as SnsFailure;
  const status = failure.$metadata?.httpStatusCode;
  // an answer of 200 that cannot be read fails as well, with its status
  if (typeof status === 'number' && status >= 300) return refusal(status, failure);
  if (signal.aborted) {
    return new SmsSendError('unknown', 'AWS SNS did not answer in time', 'provider', answered);
  }
  const code = connectionCode(cause);
  if (code !== undefined) {
    const verdict = neverConnected(cause) ? 'rejected' : 'unknown';
    return new SmsSendError(verdict, `The connection to AWS SNS failed (${code})`, 'provider', answered);
  }
  if (status !== undefined)
    return new SmsSendError('unknown', 'The answer of AWS SNS could not be read', 'provider', true);
  return unsent(failure);
}

/** Without status and without connection, the SDK has not got as far as a request, or its end is not known. */
function unsent({ name }: SnsFailure): SmsSendError {
  const isConfiguration = name === 'CredentialsProviderError';
  return isConfiguration
    ? new SmsSendError('rejected', 'AWS SNS was not asked: there are no credentials')
    : new SmsSendError('unknown', 'AWS SNS failed without an answer');
}

function refusal(status: number, { name, message }: SnsFailure): SmsSendError {
  const known = typeof name === 'string' && /^\w{1,60}$/.test(name) ? ` (${name})` : '';
  const verdict = isCertain(status) ? 'rejected' : 'unknown';
  return new SmsSendError(
    verdict,
    `AWS SNS answered ${status}${known}`,
    faultIn(name, message) ?? faultOf(status),
  );
}

function faultIn(name: unknown, message: unknown): SendFault | undefined {
  if (typeof name !== 'string') return undefined;
  if (name.startsWith('OptedOut')) return 'number';
  if (name.startsWith('InvalidParameter')) return /PhoneNumber/.test(String(message)) ? 'number' : 'message';
  return /^(AuthorizationError|Throttl|KMS|InvalidClientTokenId|SignatureDoesNotMatch)/.test(name)
    ? 'provider'
    : undefined;
}
