import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPhoneAuthClient, type PhoneAuthClientOptions, type PhoneAuthRequest } from './index.js';

const user = { id: 'u', name: 'Ada', createdAt: '2026-01-01T00:00:00.000Z' };
const session = { id: 's', expiresAt: '2026-01-08T00:00:00.000Z' };
const signedIn = { token: 'secret', user, session };

/** A client whose server answers `body` to everything, what it was asked, and what listeners heard. */
function clientOf(
  body: unknown,
  { status = 200, ...options }: PhoneAuthClientOptions & { status?: number } = {},
) {
  const requests: ({ url: string } & PhoneAuthRequest)[] = [];
  const changes: string[] = [];
  const answer = { body, status };
  const client = createPhoneAuthClient({
    fetch: (url, init) => {
      requests.push({ url, ...init });
      return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
    },
    ...options,
  });
  client.auth.onSessionChange((change) => changes.push(change));
  return { auth: client.auth, requests, changes, answer };
}

describe('what a call sends', () => {
  it('is JSON with cookies, to /auth of this page’s origin', async () => {
    const { auth, requests } = clientOf({});
    await auth.phoneNumber.sendOTP({ phoneNumber: '+12025550123' });
    expect(requests).toEqual([
      {
        url: '/auth/phone-number/send-otp',
        method: 'POST',
        credentials: 'include',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: '{"phoneNumber":"+12025550123"}',
      },
    ]);
  });

  it('R34 has the token of a CAPTCHA in the header that Better Auth reads, and nowhere else', async () => {
    const { auth, requests } = clientOf({});
    await auth.phoneNumber.sendOTP({ phoneNumber: '+12025550123' }, { captchaToken: 'solved' });
    expect(requests[0]).toMatchObject({
      headers: { 'x-captcha-response': 'solved' },
      body: '{"phoneNumber":"+12025550123"}',
    });
  });

  it('has the path and the method that the wire gives each call', async () => {
    const { auth, requests } = clientOf({});
    const phoneNumber = '+12025550123';
    await auth.phoneNumber.sendOtp({ phoneNumber });
    await auth.phoneNumber.verify({ phoneNumber, code: '1' });
    await auth.phoneNumber.requestPasswordReset({ phoneNumber });
    await auth.phoneNumber.resetPassword({ phoneNumber, otp: '1', newPassword: 'x' });
    await auth.phone.sendCode({ phone: phoneNumber });
    await auth.phone.verifyCode({ phone: phoneNumber, code: '1' });
    await auth.signIn.phoneNumber({ phoneNumber, code: '1' });
    await auth.getSession();
    await auth.signOut();
    await auth.listSessions();
    await auth.revokeSession({ token: 't' });
    await auth.revokeSessions();
    await auth.revokeOtherSessions();
    await auth.updateUser({ name: 'Ada' });
    await auth.changePassword({ currentPassword: 'x', newPassword: 'y' });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /auth/phone-number/send-otp',
      'POST /auth/phone-number/verify',
      'POST /auth/phone-number/request-password-reset',
      'POST /auth/phone-number/reset-password',
      'POST /auth/phone/send-code',
      'POST /auth/phone/verify-code',
      'POST /auth/sign-in/phone-number',
      'GET /auth/get-session',
      'POST /auth/sign-out',
      'GET /auth/list-sessions',
      'POST /auth/revoke-session',
      'POST /auth/revoke-sessions',
      'POST /auth/revoke-other-sessions',
      'POST /auth/update-user',
      'POST /auth/change-password',
    ]);
  });

  it('has the headers and the signal of the client and of the call, the call’s first', async () => {
    const { auth, requests } = clientOf(null, { headers: { 'x-app': 'web', 'x-page': 'home' } });
    const { signal } = new AbortController();
    await auth.getSession({ signal, headers: { 'x-page': 'login' } });
    expect(requests[0]?.headers).toMatchObject({ 'x-app': 'web', 'x-page': 'login' });
    expect(requests[0]?.signal).toBe(signal);
    const asked = clientOf(null, { headers: () => Promise.resolve({ 'x-app': 'late' }) });
    await asked.auth.getSession();
    expect(asked.requests[0]?.headers['x-app']).toBe('late');
  });

  it('has the token, asked for at each call, and none where there is none', async () => {
    let token: string | null = null;
    const { auth, requests } = clientOf(null, { token: () => token, credentials: 'omit' });
    await auth.getSession();
    token = 'secret';
    await auth.getSession();
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual([undefined, 'Bearer secret']);
    expect(requests[1]?.credentials).toBe('omit');
    const fixed = clientOf(null, { token: 'fixed' });
    await fixed.auth.getSession();
    expect(fixed.requests[0]?.headers['authorization']).toBe('Bearer fixed');
  });
});

describe('what a call resolves to', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('has dates', async () => {
    const { data } = await clientOf(signedIn).auth.signIn.phoneNumber({ phoneNumber: '+1', code: '1' });
    expect(data?.session.expiresAt).toEqual(new Date(session.expiresAt));
    expect(data?.user.createdAt).toEqual(new Date(user.createdAt));
  });

  it('is an error where there is no answer', async () => {
    const cause = new TypeError('fetch failed');
    const { auth } = clientOf({}, { fetch: () => Promise.reject(cause) });
    expect(await auth.getSession()).toEqual({
      data: null,
      error: { code: 'NETWORK_ERROR', status: 0, message: 'fetch failed', cause },
    });
  });

  it('is an error where the answer breaks off', async () => {
    const broken = {
      ok: true,
      status: 200,
      headers: new Headers(),
      text: () => Promise.reject(new Error('terminated')),
    };
    const { auth } = clientOf({}, { fetch: () => Promise.resolve(broken) });
    expect((await auth.getSession()).error).toMatchObject({ code: 'NETWORK_ERROR', message: 'terminated' });
  });

  it('is an error where the call is aborted', async () => {
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) =>
      Promise.reject(signal.reason as Error),
    );
    const auth = createPhoneAuthClient().auth;
    const { error } = await auth.getSession({ signal: AbortSignal.abort() });
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: 0, cause: { name: 'AbortError' } });
  });

  it.each([
    ['token', { token: () => Promise.reject(new Error('locked')) }],
    ['headers', { headers: () => Promise.reject(new Error('locked')) }],
  ])('is an error where the callback %s fails, and nothing is sent', async (_, options) => {
    const { auth, requests } = clientOf({}, options);
    expect((await auth.signOut()).error).toMatchObject({ code: 'UNKNOWN', status: 0, message: 'locked' });
    expect(requests).toEqual([]);
  });

  it('is an error where the token cannot be kept', async () => {
    const { auth } = clientOf(signedIn, { onToken: () => Promise.reject(new Error('full')) });
    const { error } = await auth.signIn.phoneNumber({ phoneNumber: '+1', code: '1' });
    expect(error).toMatchObject({ code: 'UNKNOWN', status: 200, message: 'full' });
  });
});

describe('S1.47 the session signal', () => {
  const phoneNumber = '+12025550123';

  it('fires after a sign-in and a verify that opened a session', async () => {
    const { auth, changes } = clientOf(signedIn);
    await auth.signIn.phoneNumber({ phoneNumber, code: '1' });
    expect(changes).toEqual(['signed-in']);
    const other = clientOf(signedIn);
    await other.auth.phoneNumber.verify({ phoneNumber, code: '1' });
    expect(other.changes).toEqual(['signed-in']);
  });

  it('says "updated" where verify gave another number to the session at hand', async () => {
    const { auth, changes } = clientOf(signedIn);
    await auth.phoneNumber.verify({ phoneNumber, code: '1' });
    await auth.phoneNumber.verify({ phoneNumber, code: '2', updatePhoneNumber: true });
    expect(changes).toEqual(['signed-in', 'updated']);
  });

  it('is silent where verify opened none', async () => {
    const { auth, changes } = clientOf({ token: null, user, session: null });
    await auth.phoneNumber.verify({ phoneNumber, code: '1', disableSession: true });
    expect(changes).toEqual([]);
  });

  it('S2.14 fires after a sign-in in the words of KavachOS, and hands its token over', async () => {
    const tokens: (string | null)[] = [];
    const { auth, changes } = clientOf(
      { user, session: { token: 'secret', expiresAt: session.expiresAt } },
      { onToken: (token) => tokens.push(token) },
    );
    await auth.phone.sendCode({ phone: '+12025550123' });
    const { data } = await auth.phone.verifyCode({ phone: '+12025550123', code: '1' });
    expect(data?.session.expiresAt).toEqual(new Date(session.expiresAt));
    expect([changes, tokens]).toEqual([['signed-in'], ['secret']]);
  });

  it('fires after whatever ends or changes the session', async () => {
    const { auth, changes } = clientOf({ status: true });
    await auth.signOut();
    await auth.revokeSessions();
    await auth.updateUser({ name: 'Ada' });
    await auth.phoneNumber.resetPassword({ phoneNumber, otp: '1', newPassword: 'x' });
    expect(changes).toEqual(['signed-out', 'signed-out', 'updated', 'updated']);
  });

  it('is silent after what concerns no session, or only others', async () => {
    const { auth, changes } = clientOf({});
    await auth.phoneNumber.sendOTP({ phoneNumber });
    await auth.phoneNumber.requestPasswordReset({ phoneNumber });
    await auth.revokeOtherSessions();
    await auth.getSession();
    await auth.listSessions();
    expect(changes).toEqual([]);
  });

  it('fires after a change of password only where that opened a new session', async () => {
    const { auth, changes, answer } = clientOf({ token: null, user });
    await auth.changePassword({ currentPassword: 'x', newPassword: 'y' });
    answer.body = { token: 'new', user };
    await auth.changePassword({ currentPassword: 'x', newPassword: 'y', revokeOtherSessions: true });
    expect(changes).toEqual(['signed-in']);
  });

  it.each(['secret', 's'])(
    'knows its own session by token and id when that is revoked: %s',
    async (token) => {
      const { auth, changes, answer } = clientOf(signedIn);
      await auth.signIn.phoneNumber({ phoneNumber, code: '1' });
      answer.body = { status: true };
      await auth.revokeSession({ token: 'another' });
      expect(changes).toEqual(['signed-in']);
      await auth.revokeSession({ token });
      expect(changes).toEqual(['signed-in', 'signed-out']);
    },
  );

  it('learns from get-session and list-sessions which session is its own', async () => {
    const read = clientOf({ user, session: { id: 's', token: 'secret' } });
    await read.auth.getSession();
    const listed = clientOf([
      { id: 'x', token: 'x' },
      { id: 's', token: 'secret' },
    ]);
    await listed.auth.listSessions();
    for (const { auth, changes, answer } of [read, listed]) {
      answer.body = { status: true };
      await auth.revokeSession({ token: 'x' });
      await auth.revokeSession({ token: 's' });
      expect(changes).toEqual(['signed-out']);
    }
  });

  it('says "updated" after a revocation while it does not know which session is its own', async () => {
    const { auth, changes } = clientOf({ status: true });
    await auth.revokeSession({ token: 'x' });
    expect(changes).toEqual(['updated']);
  });

  it('is silent after failures', async () => {
    const { auth, changes } = clientOf({ code: 'UNAUTHORIZED', message: 'Unauthorized' }, { status: 401 });
    await auth.signIn.phoneNumber({ phoneNumber, code: '1' });
    await auth.phoneNumber.verify({ phoneNumber, code: '1' });
    await auth.phoneNumber.resetPassword({ phoneNumber, otp: '1', newPassword: 'x' });
    await auth.signOut();
    await auth.updateUser({ name: 'Ada' });
    await auth.revokeSession({ token: 't' });
    await auth.revokeSessions();
    await auth.changePassword({ currentPassword: 'x', newPassword: 'y', revokeOtherSessions: true });
    expect(changes).toEqual([]);
  });

  it('tells onToken before it tells the listeners, so that these can call', async () => {
    const told: unknown[] = [];
    const { auth, answer } = clientOf(signedIn, { onToken: (token) => told.push(token) });
    auth.onSessionChange((change) => told.push(change));
    await auth.signIn.phoneNumber({ phoneNumber, code: '1' });
    answer.body = { success: true };
    await auth.signOut();
    expect(told).toEqual(['secret', 'signed-in', null, 'signed-out']);
  });

  it('ends with its subscription, also in the midst of a signal', async () => {
    const { auth } = clientOf({ success: true });
    const heard: string[] = [];
    const [first, second] = [() => heard.push('first'), () => heard.push('second')];
    const endFirst = auth.onSessionChange(first);
    auth.onSessionChange(() => endSecond());
    const endSecond = auth.onSessionChange(second);
    auth.onSessionChange(first);
    await auth.signOut();
    expect(heard).toEqual(['first', 'first']);
    endFirst();
    endFirst();
    await auth.signOut();
    expect(heard).toEqual(['first', 'first', 'first']);
  });

  it('reports a listener that throws, and goes on', async () => {
    // an answer of our own: the platform's one needs the function that is replaced here
    const answer = { ok: true, status: 200, headers: new Headers(), text: () => Promise.resolve('{}') };
    const auth = createPhoneAuthClient({ fetch: () => Promise.resolve(answer) }).auth;
    const reported: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (report: () => void) => reported.push(report));
    const heard = vi.fn<(change: string) => void>();
    auth.onSessionChange(() => {
      throw new Error('a bug of the page');
    });
    auth.onSessionChange(heard);
    const { error } = await auth.signOut();
    vi.unstubAllGlobals();
    expect(error).toBeNull();
    expect(heard).toHaveBeenCalledExactlyOnceWith('signed-out');
    expect(reported).toHaveLength(1);
    expect(reported[0]).toThrow('a bug of the page');
  });
});
