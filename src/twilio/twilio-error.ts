import { connectionCode, neverConnected } from '../sms/send-outcome.js';
import type { SendFault } from '../sms/send-result.js';
import { faultOf, isCertain } from '../sms/http-status.js';
import { SmsSendError } from '../sms/sms-send-error.js';
import type { Exchange } from './twilio-request-client.js';

/** What the SDK's two exceptions have in common with the errors of its HTTP client. */
interface TwilioFailure {
  readonly status?: unknown;
  readonly code?: unknown;
}

/** The number does not exist, cannot be texted or called, or its owner has said STOP. */
const NUMBER_AT_FAULT: ReadonlySet<unknown> = new Set([
  13_223, 13_224, 21_211, 21_214, 21_217, 21_610, 21_614, 30_006, 60_205,
]);

/**
 * What went wrong, from status and code alone. The SDK's own error repeats the number in its message and holds the whole
 * request, credentials and code included, in its properties; so it goes no further, not even as `cause` (I4).
 */
export function twilioError(cause: unknown, { signal, answered }: Exchange): SmsSendError {
  const { status, code } = (typeof cause === 'object' && cause !== null ? cause : {}) as TwilioFailure;
  if (typeof status === 'number' && typeof code !== 'string') return refusal(status, code);
  if (signal.aborted) {
    return new SmsSendError('unknown', 'Twilio did not answer in time', 'provider', answered);
  }
  const failed = connectionCode(cause);
  if (failed === undefined) {
    return new SmsSendError('unknown', "Twilio's answer could not be read", 'provider', true);
  }
  const verdict = neverConnected(cause) ? 'rejected' : 'unknown';
  return new SmsSendError(verdict, `The connection to Twilio failed (${failed})`, 'provider', answered);
}

/** Twilio took the message and knows already that it will not arrive. */
export const rejectedMessage = (code: number): SmsSendError =>
  new SmsSendError(
    'rejected',
    `Twilio rejected the message (${documented(code)})`,
    faultIn(code) ?? 'message',
  );

function refusal(status: number, code: unknown): SmsSendError {
  const reason = `Twilio answered ${status}${typeof code === 'number' ? ` (${documented(code)})` : ''}`;
  return new SmsSendError(
    isCertain(status) ? 'rejected' : 'unknown',
    reason,
    faultIn(code) ?? faultOf(status),
  );
}

const faultIn = (code: unknown): SendFault | undefined => (NUMBER_AT_FAULT.has(code) ? 'number' : undefined);

const documented = (code: number) => `error ${code}, https://www.twilio.com/docs/errors/${code}`;
