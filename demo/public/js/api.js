import { createPhoneAuthClient } from '../vendor/phone-auth-client/index.js';

const GIVE_UP_AFTER = 20_000;

const patiently = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(GIVE_UP_AFTER) });

/** The module's routes. Every call resolves to `{ data, error }`. */
export const { auth } = createPhoneAuthClient({ baseURL: '/api', fetch: patiently });

// the routes of this application, answered in the same form
export const me = () => read('/demo/me');
export const messages = (phoneNumber) =>
  read(`/demo/messages?${new URLSearchParams({ phoneNumber }).toString()}`);

async function read(path) {
  try {
    const response = await patiently(path);
    const body = await response.json();
    if (response.ok) return { data: body, error: null };
    return { data: null, error: { code: body.code ?? 'UNKNOWN', status: response.status } };
  } catch {
    return { data: null, error: { code: 'NETWORK_ERROR', status: 0 } };
  }
}
