/**
 * What the server, or the way to it, had to say against a request. `code` is one of the server's stable codes, or
 * `NETWORK` where no answer came, or `UNREADABLE` where the answer was not the server's own (a proxy's page, say).
 */
export class ApiError extends Error {
  constructor(code, { status = 0, retryAfter, attemptsRemaining } = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.attemptsRemaining = attemptsRemaining;
  }
}

const GIVE_UP_AFTER = 20_000;

export const sendOtp = (phoneNumber) => post('/api/auth/phone-number/send-otp', { phoneNumber });
export const verify = (phoneNumber, code) => post('/api/auth/phone-number/verify', { phoneNumber, code });
export const signOut = () => post('/api/auth/sign-out', {});
export const getSession = () => request('/api/auth/get-session');
export const me = () => request('/demo/me');
export const messages = (phoneNumber) =>
  request(`/demo/messages?${new URLSearchParams({ phoneNumber }).toString()}`);

function post(path, body) {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function request(path, options = {}) {
  const response = await answer(path, options);
  const body = await readJson(response);
  if (response.ok && body !== undefined) return body;
  throw new ApiError(body?.code ?? 'UNREADABLE', {
    status: response.status,
    retryAfter: body?.retryAfter ?? secondsOf(response.headers.get('retry-after')),
    attemptsRemaining: body?.attemptsRemaining,
  });
}

async function answer(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(GIVE_UP_AFTER) });
  } catch {
    throw new ApiError('NETWORK');
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function secondsOf(header) {
  const seconds = Number.parseInt(header ?? '', 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}
