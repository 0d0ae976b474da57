import type { PhoneAuthResponse } from './options.js';
import type { PhoneAuthClientError } from './result.js';

/** An answer that is no success, as an error. `body` is its JSON, if it had any. */
export function errorOf({ status, headers }: PhoneAuthResponse, body: unknown): PhoneAuthClientError {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const retryAfter = wholeNumber(fields['retryAfter']) ?? retryAfterOf(headers);
  const attemptsRemaining = wholeNumber(fields['attemptsRemaining']);
  return {
    code: codeOf(fields['code'], status),
    status,
    message: messageOf(fields['message']) ?? `Unexpected answer with status ${status}`,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(attemptsRemaining !== undefined && { attemptsRemaining }),
  };
}

/** The catalogue stays on the server, which may be newer than this client: a code is known by its form. */
function codeOf(code: unknown, status: number): PhoneAuthClientError['code'] {
  if (typeof code === 'string' && /^[A-Z\d][A-Z\d_]*$/.test(code))
    return code as PhoneAuthClientError['code'];
  // a limiter in front of the application has no codes
  return status === 429 ? 'RATE_LIMITED' : 'UNKNOWN';
}

/** Nest words the errors of the host's own pipes as a list. */
function messageOf(message: unknown): string | undefined {
  if (Array.isArray(message)) return message.map(String).join('; ');
  return typeof message === 'string' && message !== '' ? message : undefined;
}

/** Browsers hide these headers from other origins unless the host exposes them, so the body comes first. */
function retryAfterOf(headers: PhoneAuthResponse['headers']): number | undefined {
  const value = headers.get('retry-after') ?? headers.get('x-retry-after');
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  const seconds = Math.ceil((Date.parse(value) - Date.now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
