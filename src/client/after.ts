import type { PhoneAuthResult } from './result.js';

/** Does what follows from a success, and nothing after a failure. What it throws becomes the result. */
export async function after<Data>(
  answered: Promise<PhoneAuthResult<Data>>,
  then: (data: Data) => unknown,
): Promise<PhoneAuthResult<Data>> {
  const result = await answered;
  if (result.error) return result;
  try {
    await then(result.data);
    return result;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { data: null, error: { code: 'UNKNOWN', status: 200, message, cause } };
  }
}
