import { createPhoneAuthClient, type ClientTokenPair, type PhoneAuthFetch } from 'nestjs-phone-auth/client';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrong } from '../support/api.js';
import { CookieJar } from '../support/cookie-jar.js';
import { listenOn, type ListeningApp } from '../support/listening.js';
import { addAccount, fromNodeAuth } from '../support/node-auth.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';

const OK = { success: true };

describe.each(everyAdapterAndDatabase)('the client of node-auth’s users on $name', (platform) => {
  let t: ListeningApp;
  beforeAll(async () => {
    t = await listenOn(platform, fromNodeAuth({ csrf: { enabled: true } }));
  });
  afterAll(() => t.close());

  /** What was asked for, in order. */
  const watched = (fetch: PhoneAuthFetch) => {
    const calls: string[] = [];
    const watching: PhoneAuthFetch = (url, init) => {
      calls.push(`${init.method} ${new URL(url, t.origin).pathname}`);
      return fetch(url, init);
    };
    return { calls, fetch: watching };
  };

  /** A page in a browser: cookies, and `document.cookie` for what it may read. */
  const openPage = () => {
    const jar = new CookieJar(t.origin);
    const { calls, fetch } = watched((url, init) => {
      const readable = /(?:^|; )(csrf-token=[^;]*)/.exec(jar.header)?.[1];
      const token = readable?.split('=')[1];
      return jar.fetch(url, {
        ...init,
        headers: { ...init.headers, ...(token && { 'x-csrf-token': decodeURIComponent(token) }) },
      });
    });
    const { auth } = createPhoneAuthClient({ baseURL: '', fetch, tokenPair: 'cookies' });
    return { auth, jar, calls };
  };

  /** An app that keeps its tokens itself. */
  const openApp = () => {
    const kept: { pair: ClientTokenPair | null } = { pair: null };
    const changes: string[] = [];
    const { calls, fetch } = watched((url, init) => globalThis.fetch(url, init));
    const { auth } = createPhoneAuthClient({
      baseURL: t.origin,
      credentials: 'omit',
      fetch,
      tokenPair: { get: () => kept.pair, set: (pair) => void (kept.pair = pair) },
    });
    auth.onSessionChange((change) => changes.push(change));
    return { auth, kept, calls, changes };
  };

  const codeTo = async (phoneNumber: string) => {
    await t.settled();
    return t.inbox.lastCodeFor(phoneNumber);
  };
  const signIn = async ({ auth }: ReturnType<typeof openApp> | ReturnType<typeof openPage>) => {
    const account = await addAccount(t);
    await auth.sendSmsLogin(account.id);
    const { error } = await auth.verifySmsLogin(account.id, await codeTo(account.phoneNumber));
    expect(error).toBeNull();
    return account;
  };
  const refreshes = (calls: string[]) => calls.filter((call) => call === 'POST /auth/refresh').length;

  it('S3.48, S3.22 sendSmsLogin and verifySmsLogin with an address alone, in a browser and in an app', async () => {
    for (const open of [openPage, openApp]) {
      const { auth } = open();
      const { email, phoneNumber } = await addAccount(t);
      expect(await auth.sendSmsLogin(email!)).toEqual({ data: OK, error: null });
      const code = await codeTo(phoneNumber);
      expect((await auth.verifySmsLogin(email!, wrong(code))).error).toMatchObject({
        code: 'INVALID_SMS_CODE',
        status: 401,
        message: 'Invalid or expired SMS code',
      });
      expect((await auth.verifySmsLogin(email!, code)).data).toMatchObject(OK);
      expect((await auth.me()).data).toMatchObject({ email, phoneNumber, require2FA: false });
    }
  });

  it('S3.48, S3.32 login, then sendSms and validateSms with the temp token', async () => {
    const { auth, changes } = openApp();
    const account = await addAccount(t, { password: 'correct horse', twoFactorEnabled: true });
    const { data } = await auth.login({ email: account.email!, password: 'correct horse' });
    expect(data).toMatchObject({ requiresTwoFactor: true });
    const tempToken = data?.requiresTwoFactor ? data.tempToken : '';
    expect((await auth.sendSms(tempToken)).data).toEqual(OK);
    expect(changes).toEqual([]);
    const code = await codeTo(account.phoneNumber);
    expect((await auth.validateSms(tempToken, code)).data).toMatchObject(OK);
    expect(changes).toEqual(['signed-in']);
    expect((await auth.me()).data?.id).toBe(account.id);
    expect((await auth.validateSms(tempToken, code)).error?.code).toBe('INVALID_TEMP_TOKEN');
  });

  it('S3.48 parallel calls that find a dead access token make one refresh, and are all answered', async () => {
    const app = openApp();
    const account = await signIn(app);
    const before = app.kept.pair;
    t.clock.advance({ minutes: 15 });
    app.calls.length = 0;
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.auth.me()));
    expect(answers.map(({ data }) => data?.id)).toEqual(Array.from({ length: 8 }, () => account.id));
    expect(refreshes(app.calls)).toBe(1);
    expect(app.kept.pair?.refreshToken).not.toBe(before?.refreshToken);
    // the new pair is used from here on
    app.calls.length = 0;
    await app.auth.me();
    expect(app.calls).toEqual(['GET /auth/me']);
  });

  it('S3.48 in a browser the same, by cookies that no script reads', async () => {
    const page = openPage();
    const account = await signIn(page);
    t.clock.advance({ minutes: 15 });
    page.calls.length = 0;
    const answers = await Promise.all([page.auth.me(), page.auth.me(), page.auth.getSession()]);
    expect(answers.map(({ error }) => error)).toEqual([null, null, null]);
    expect(answers[2]?.data).toMatchObject({ user: { id: account.id } });
    expect(refreshes(page.calls)).toBe(1);
  });

  it('S3.48 a wrong code is no dead token: nothing is refreshed', async () => {
    const app = openApp();
    const account = await signIn(app);
    app.calls.length = 0;
    await app.auth.verifySmsLogin(account.id, '000000');
    await app.auth.login({ email: account.email!, password: 'wrong' });
    expect(refreshes(app.calls)).toBe(0);
  });

  it('S3.48, S3.37 a session that has ended is over: the pair is forgotten, and the page is told once', async () => {
    const app = openApp();
    await signIn(app);
    const { accessToken = '' } = app.kept.pair ?? {};
    await fetch(`${t.origin}/auth/revoke-sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const answers = await Promise.all([app.auth.me(), app.auth.me(), app.auth.getSession()]);
    expect(answers.map(({ error }) => error?.code)).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED', undefined]);
    expect(app.kept.pair).toBeNull();
    expect(app.changes).toEqual(['signed-in', 'signed-out']);
    app.calls.length = 0;
    expect((await app.auth.me()).error?.code).toBe('UNAUTHORIZED');
    expect((await app.auth.refresh()).error?.code).toBe('REFRESH_TOKEN_REQUIRED');
    expect(refreshes(app.calls)).toBe(0);
  });

  it('S3.48 a server that cannot be reached costs nobody his session', async () => {
    const app = openApp();
    await signIn(app);
    const { pair } = app.kept;
    const offline = createPhoneAuthClient({
      baseURL: 'http://127.0.0.1:9',
      tokenPair: { get: () => app.kept.pair, set: (next) => void (app.kept.pair = next) },
    });
    expect((await offline.auth.refresh()).error?.code).toBe('NETWORK_ERROR');
    expect(app.kept.pair).toBe(pair);
  });

  it('S3.48, S3.42 logout ends the session, also where the browser has dropped the access token by then', async () => {
    const page = openPage();
    await signIn(page);
    t.clock.advance({ hours: 1 });
    expect((await page.auth.logout()).data).toEqual(OK);
    expect((await page.auth.me()).error?.code).toBe('UNAUTHORIZED');
    expect(page.jar.names).toEqual([]);

    const app = openApp();
    await signIn(app);
    const { refreshToken } = app.kept.pair!;
    expect((await app.auth.logout()).data).toEqual(OK);
    expect([app.kept.pair, app.changes.at(-1)]).toEqual([null, 'signed-out']);
    const again = await t.routes.post('/refresh', { refreshToken });
    expect(again.status).toBe(401);
  });

  it('S3.48, S3.43 addPhone sends a code, and with it the number is on the account', async () => {
    const app = openApp();
    await signIn(app);
    const phoneNumber = '+12025550166';
    expect((await app.auth.addPhone(phoneNumber)).data).toEqual(OK);
    expect((await app.auth.addPhone(phoneNumber, await codeTo(phoneNumber))).data).toEqual(OK);
    expect((await app.auth.me()).data).toMatchObject({ phoneNumber, phoneNumberVerified: true });
  });

  it('the pair of the phone-number dialect is kept as well', async () => {
    const app = openApp();
    const { id, phoneNumber } = await addAccount(t);
    await app.auth.phoneNumber.sendOTP({ phoneNumber });
    await app.auth.phoneNumber.verify({ phoneNumber, code: await codeTo(phoneNumber) });
    expect(decodeJwt(app.kept.pair?.accessToken ?? '').sub).toBe(id);
    t.clock.advance({ minutes: 20 });
    expect((await app.auth.getSession()).data).toMatchObject({ user: { id } });
    await app.auth.signOut();
    expect(app.kept.pair).toBeNull();
  });
});
