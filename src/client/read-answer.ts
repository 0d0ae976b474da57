import type { PhoneAuthResponse } from './options.js';
import { errorOf } from './read-error.js';
import type { PhoneAuthResult } from './result.js';

/** What the JSON of an answer has to be, so that a proxy's `"ok"` is not taken for a session. */
export type Shape = 'object' | 'array' | 'object or null';

/** Reads an answer to the end. Rejects only where the connection breaks meanwhile. */
export async function readAnswer<Data>(
  response: PhoneAuthResponse,
  shape: Shape,
): Promise<PhoneAuthResult<Data>> {
  const body = parse(await response.text());
  if (response.ok && has(shape, body)) return { data: body as Data, error: null };
  return { data: null, error: errorOf(response, body) };
}

const DATES = new Set(['expiresAt', 'createdAt', 'updatedAt']);

/** JSON with its dates as `Date`; `undefined`, which JSON cannot say, where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) =>
      typeof value === 'string' && DATES.has(key) && !Number.isNaN(Date.parse(value))
        ? new Date(value)
        : value,
    );
  } catch {
    return undefined;
  }
}

function has(shape: Shape, body: unknown): boolean {
  if (body === null) return shape === 'object or null';
  return typeof body === 'object' && Array.isArray(body) === (shape === 'array');
}
