import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { dialectBody, type DialectErrors } from '../http/http-errors.js';
import type { Headers, Response } from './document.js';
import { described, named, SECONDS, TEXT } from './schema.js';

/** By status, as the routes answer them: what a dialect calls one thing is one code here too. */
export function errorResponses(
  codes: ReadonlySet<PhoneAuthErrorCode>,
  names: DialectErrors<string>,
): Record<string, Response> {
  const byStatus = new Map<number, Map<string, string>>();
  for (const code of codes) {
    const body = dialectBody(new PhoneAuthError(code), names);
    const said = byStatus.get(body.statusCode) ?? new Map<string, string>();
    byStatus.set(body.statusCode, said.set(body.code, body.message));
  }
  return Object.fromEntries([...byStatus].map(([status, said]) => [status, response(status, said)]));
}

function response(status: number, said: ReadonlyMap<string, string>): Response {
  const code = { type: 'string', enum: [...said.keys()] };
  return {
    description: [...said].map(([name, message]) => `\`${name}\`: ${message}`).join('  \n'),
    ...(status === 429 && { headers: WAITS }),
    content: {
      'application/json': {
        schema: { allOf: [named('PhoneAuthError'), { type: 'object', properties: { code } }] },
      },
    },
  };
}

const BY_ADDRESS = 'Of limits by address alone (draft-ietf-httpapi-ratelimit-headers)';

const WAITS: Headers = {
  'Retry-After': { schema: SECONDS },
  'X-Retry-After': { schema: SECONDS },
  'RateLimit-Policy': { schema: TEXT, description: BY_ADDRESS },
  RateLimit: { schema: TEXT, description: BY_ADDRESS },
};

/** The body of every error (WIRE 1.6). */
export const ERROR_SCHEMA = {
  type: 'object',
  properties: {
    statusCode: { type: 'integer' },
    code: described(TEXT, 'Stable. Compare this'),
    message: described(TEXT, 'English, for people who read logs'),
    error: described(TEXT, 'The status in words'),
    retryAfter: described(SECONDS, 'Whole seconds until the request has a chance again'),
    attemptsRemaining: { type: 'integer', minimum: 0, description: 'How many more guesses the code allows' },
  },
  required: ['statusCode', 'code', 'message', 'error'],
};
