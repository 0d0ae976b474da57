/** What the SDK's two exceptions have in common with the errors of its HTTP client. */
interface TwilioFailure {
  readonly status?: unknown;
  readonly code?: unknown;
}

/**
 * What went wrong, from status and code alone. The SDK's own error repeats the number in its message and holds the whole
 * request, credentials and code included, in its properties; so it goes no further, not even as `cause` (I4).
 */
export function twilioError(cause: unknown, signal: AbortSignal): Error {
  const { status, code } = (typeof cause === 'object' && cause !== null ? cause : {}) as TwilioFailure;
  if (typeof status === 'number' && typeof code !== 'string') return refusal(status, code);
  if (signal.aborted) return new Error('Twilio did not answer in time');
  if (typeof code === 'string') return new Error(`The connection to Twilio failed (${code})`);
  return new Error("Twilio's answer could not be read");
}

/** Twilio took the message and knows already that it will not arrive. */
export const rejectedMessage = (code: number): Error =>
  new Error(`Twilio rejected the message (${documented(code)})`);

function refusal(status: number, code: unknown): Error {
  return new Error(`Twilio answered ${status}${typeof code === 'number' ? ` (${documented(code)})` : ''}`);
}

const documented = (code: number) => `error ${code}, https://www.twilio.com/docs/errors/${code}`;
