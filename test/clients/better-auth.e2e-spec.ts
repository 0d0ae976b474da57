import { createAuthClient } from 'better-auth/client';
import { phoneNumberClient } from 'better-auth/client/plugins';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Demo, otherThan, startDemo } from '../support/demo.js';

const NUMBER = '+12025550123';

/** The client as a browser would run it: it keeps cookies and names the page's origin. */
function clientOf({ url }: Demo) {
  const jar = new Map<string, string>();
  const customFetchImpl = async (input: string | URL | Request, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('origin', url);
    if (jar.size > 0) headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
    const response = await fetch(input, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie);
    return response;
  };
  const client = createAuthClient({
    baseURL: url,
    plugins: [phoneNumberClient()],
    fetchOptions: { customFetchImpl },
  });
  return { client, jar };
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split(';');
  const [name = '', value = ''] = pair.split('=', 2);
  if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) jar.delete(name);
  else jar.set(name, value);
}

describe('the official Better Auth client against the demo', () => {
  let demo: Demo;
  let client: ReturnType<typeof clientOf>['client'];
  let jar: Map<string, string>;
  beforeEach(async () => {
    demo = await startDemo();
    ({ client, jar } = clientOf(demo));
  });
  afterEach(() => demo.close());

  const signIn = async () => {
    await client.phoneNumber.sendOtp({ phoneNumber: NUMBER });
    return client.phoneNumber.verify({ phoneNumber: NUMBER, code: demo.codeFor(NUMBER) });
  };

  it('S4.9 sendOtp is answered "code sent"', async () => {
    const { data, error } = await client.phoneNumber.sendOtp({ phoneNumber: NUMBER });

    expect(error).toBeNull();
    expect(data).toMatchObject({ message: 'code sent' });
    expect(demo.textsTo(NUMBER)).toHaveLength(1);
  });

  it('S4.10 verify with the right code answers status, token and user, and sets the session cookie', async () => {
    const { data, error } = await signIn();

    expect(error).toBeNull();
    expect(data).toMatchObject({
      status: true,
      token: expect.any(String),
      user: { phoneNumber: NUMBER, phoneNumberVerified: true, createdAt: expect.any(Date) },
    });
    // and the mark of a known device, which signs nobody in
    expect([...jar.keys()]).toEqual(['better-auth.session_token', 'better-auth.device']);
  });

  it('S4.36 getSession answers null to a visitor', async () => {
    expect(await client.getSession()).toEqual({ data: null, error: null });
  });

  it('S4.36 getSession answers session and user to whoever is signed in', async () => {
    const { data: signedIn } = await signIn();
    const { data, error } = await client.getSession();

    expect(error).toBeNull();
    expect(data?.session).toMatchObject({
      token: signedIn?.token,
      userId: signedIn?.user.id,
      expiresAt: expect.any(Date),
    });
    expect(data?.user).toMatchObject({ id: signedIn?.user.id, phoneNumber: NUMBER });
  });

  it('S4.37 signOut ends the session and clears the cookie', async () => {
    await signIn();
    const cookies = new Map(jar);

    expect(await client.signOut()).toMatchObject({ data: { success: true }, error: null });
    expect([...jar.keys()]).toEqual(['better-auth.device']);

    // the cookie itself is worth nothing any more, even to somebody who kept it
    for (const [name, value] of cookies) jar.set(name, value);
    expect((await client.getSession()).data).toBeNull();
  });

  it('S5.41 a wrong code is an error with status and code, and not an exception', async () => {
    await client.phoneNumber.sendOtp({ phoneNumber: NUMBER });
    const code = otherThan(demo.codeFor(NUMBER));

    const { data, error } = await client.phoneNumber.verify({ phoneNumber: NUMBER, code });

    expect(data).toBeNull();
    expect(error).toMatchObject({ status: 400, code: 'INVALID_OTP', attemptsRemaining: 2 });
    expect(jar.size).toBe(0);
  });

  it('the session of the client opens a guarded route of the application', async () => {
    await signIn();

    const { data } = await client.$fetch(`${demo.url}/demo/me`);

    expect(data).toMatchObject({ greeting: `Hello ${NUMBER}` });
  });
});
