import { describe, expect, it } from 'vitest';
import { api, freshNumber, setCookies, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

const ORIGIN = { host: 'app.example.com', origin: 'https://app.example.com' };

describe.each(everyAdapterAndDatabase)('sessions on $name', (platform) => {
  const { t, client } = useApp(platform);

  it('GET ok answers { ok: true }', async () => {
    expect((await client.get('/ok')).body).toEqual({ ok: true });
  });

  it('S4.36 get-session answers session and user, by cookie and by bearer, and is not cached', async () => {
    const { token, user, bearer, cookie, phoneNumber } = await client.signIn();
    for (const headers of [bearer, { cookie }]) {
      const answer = await client.get('/get-session', headers);
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
      expect(answer.body).toEqual({
        session: {
          id: expect.any(String),
          token,
          userId: user.id,
          expiresAt: new Date(t.clock.now() + 7 * 86_400_000).toISOString(),
          createdAt: new Date(t.clock.now()).toISOString(),
          updatedAt: new Date(t.clock.now()).toISOString(),
          ipAddress: expect.stringMatching(/127\.0\.0\.1$/),
          userAgent: expect.any(String),
        },
        user: {
          id: user.id,
          name: phoneNumber,
          email: `${user.id}@phone.invalid`,
          emailVerified: false,
          image: null,
          phoneNumber,
          phoneNumberVerified: true,
          twoFactorEnabled: false,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          updatedAt: expect.any(String),
        },
      });
    }
  });

  it('S4.36 without a session get-session answers the JSON null with 200', async () => {
    const answer = await client.get('/get-session');
    expect([answer.status, answer.text]).toEqual([200, 'null']);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(setCookies(answer)).toEqual([]);
  });

  it('a well signed cookie of an ended session is taken away, a forged one is ignored', async () => {
    const { cookie, bearer } = await client.signIn();
    await client.post('/sign-out', {}, bearer).expect(200);
    const ended = await client.get('/get-session', { cookie });
    expect(ended.text).toBe('null');
    expect(setCookies(ended)[0]).toMatch(/^better-auth\.session_token=; Max-Age=0;/);
    const forged = await client.get('/get-session', { cookie: cookie.replace('=', '=x') });
    expect([forged.text, setCookies(forged)]).toEqual(['null', []]);
  });

  it('S1.16 the answer of a sign-in sets an HttpOnly cookie that signs requests', async () => {
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
    const [session, device, ...others] = setCookies(answer);
    expect(device).toMatch(
      /^better-auth\.device=[\w.-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(others).toEqual([]);
    expect(session).toMatch(
      /^better-auth\.session_token=[\w-]{43}\.[\w%]+%3D; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers['set-auth-token']).toMatch(/^[\w-]{43}\.[\w+/]{43}=$/);
  });

  it('the bearer header takes the raw and the signed token, in any case of the word', async () => {
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
    const signed = String(answer.headers['set-auth-token']);
    for (const authorization of [
      `bearer ${answer.body.token}`,
      `BEARER ${signed}`,
      `Bearer ${encodeURIComponent(signed)}`,
    ]) {
      expect(
        (await client.get('/get-session', { authorization })).body?.user.phoneNumber,
        authorization,
      ).toBe(phoneNumber);
    }
    for (const authorization of [
      'Bearer',
      'Bearer x.y',
      `Basic ${answer.body.token}`,
      `Bearer ${answer.body.token}x`,
    ]) {
      expect((await client.get('/get-session', { authorization })).text, authorization).toBe('null');
    }
  });

  it('S4.37 sign-out ends the session and takes the cookie away, also without a session', async () => {
    const { cookie } = await client.signIn();
    const answer = await client.post('/sign-out', {}, { cookie, ...ORIGIN });
    expect([answer.status, answer.body]).toEqual([200, { success: true }]);
    expect(setCookies(answer)[0]).toMatch(/Max-Age=0/);
    expect((await client.get('/get-session', { cookie })).text).toBe('null');
    expect((await client.post('/sign-out')).body).toEqual({ success: true });
  });

  it('S4.47, A52 a cookie request from a foreign, missing or null Origin is 403 and changes nothing', async () => {
    const { cookie } = await client.signIn();
    for (const [headers, code] of [
      [{ host: ORIGIN.host, origin: 'https://evil.example' }, 'INVALID_ORIGIN'],
      [{ host: ORIGIN.host, referer: 'https://evil.example/page' }, 'INVALID_ORIGIN'],
      [{ host: ORIGIN.host, origin: 'nonsense' }, 'INVALID_ORIGIN'],
      [{ host: ORIGIN.host, origin: 'null' }, 'MISSING_OR_NULL_ORIGIN'],
      [{ host: ORIGIN.host }, 'MISSING_OR_NULL_ORIGIN'],
    ] as const) {
      const answer = await client.post('/sign-out', {}, { cookie, ...headers });
      expect([answer.status, answer.body.code]).toEqual([403, code]);
    }
    expect((await client.get('/get-session', { cookie })).body.user).toBeDefined();
  });

  it('a session in use is extended once a day, and the cookie set anew', async () => {
    const { bearer } = await client.signIn();
    t.clock.advance({ hours: 23 });
    expect(setCookies(await client.get('/get-session', bearer))).toEqual([]);
    t.clock.advance({ hours: 2 });
    const extended = await client.get('/get-session', bearer);
    expect(extended.body.session.expiresAt).toBe(new Date(t.clock.now() + 7 * 86_400_000).toISOString());
    expect(setCookies(extended)[0]).toMatch(/Max-Age=604800/);
    t.clock.advance({ days: 6, hours: 23 });
    expect((await client.get('/get-session', bearer)).body).not.toBeNull();
  });

  it('S2.25 a session that is not used ends after seven days', async () => {
    const { bearer } = await client.signIn();
    t.clock.advance({ days: 7 });
    expect((await client.get('/get-session', bearer)).text).toBe('null');
  });

  it('R53 every sign-in opens a session of its own', async () => {
    const first = await client.signIn();
    const second = await client.signIn(first.phoneNumber);
    expect(second.token).not.toBe(first.token);
    expect(second.user.id).toBe(first.user.id);
    expect((await client.get('/get-session', first.bearer)).body.user.id).toBe(first.user.id);
  });

  it('R53 the session whose cookie a sign-in writes over ends, and one that came as a bearer does not', async () => {
    const [planted, kept] = [await client.signIn(), await client.signIn()];
    const shown = { cookie: planted.cookie, ...ORIGIN, authorization: kept.bearer.authorization };
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    await client.verify(phoneNumber, wrong(code), {}, shown).expect(400);
    await t.settled();
    expect((await client.get('/get-session', planted.bearer)).body?.user.id).toBe(planted.user.id);
    await client.verify(phoneNumber, code, {}, shown).expect(200);
    await t.settled();
    expect((await client.get('/get-session', planted.bearer)).text).toBe('null');
    expect((await client.get('/get-session', kept.bearer)).body?.user.id).toBe(kept.user.id);
  });

  it('S1.34, S4.38 update-user changes name and image, and refuses number, flag and e-mail', async () => {
    const { bearer } = await client.signIn();
    await client
      .post('/update-user', { name: 'Ada', image: 'https://example.com/a.png' }, bearer)
      .expect(200, { status: true });
    expect((await client.get('/get-session', bearer)).body.user).toMatchObject({
      name: 'Ada',
      image: 'https://example.com/a.png',
    });
    for (const [body, code] of [
      [{ phoneNumber: freshNumber() }, 'PHONE_NUMBER_CANNOT_BE_UPDATED'],
      [{ phoneNumber: 7, name: 'x' }, 'PHONE_NUMBER_CANNOT_BE_UPDATED'],
      [{ phoneNumberVerified: true }, 'FIELD_NOT_ALLOWED'],
      [{ email: 'ada@example.com' }, 'EMAIL_CAN_NOT_BE_UPDATED'],
      [{}, 'NO_FIELDS_TO_UPDATE'],
      [{ name: 5 }, 'VALIDATION_ERROR'],
    ] as const) {
      const answer = await client.post('/update-user', body, bearer);
      expect([answer.status, answer.body.code]).toEqual([400, code]);
    }
    const stranger = await client.post('/update-user', { name: 'Eve' });
    expect([stranger.status, stranger.body.code]).toEqual([401, 'UNAUTHORIZED']);
  });

  it('S4.38 phoneNumber: null releases the number and its flag together', async () => {
    const { bearer, phoneNumber, user } = await client.signIn();
    await client.post('/update-user', { phoneNumber: null }, bearer).expect(200);
    expect((await client.get('/get-session', bearer)).body.user).toMatchObject({
      phoneNumber: null,
      phoneNumberVerified: false,
    });
    expect((await client.signIn(phoneNumber)).user.id).not.toBe(user.id);
  });
});

describe.each(everyAdapterAndDatabase)('cookies on $name', (platform) => {
  const cookieWith = async (options: object) => {
    const t = await startOn(platform, { options });
    const client = api(t);
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    const cookie = setCookies(answer)[0] ?? '';
    const seen = await client.get('/get-session', { cookie: cookie.split(';')[0] ?? '' });
    expect(seen.body?.user.phoneNumber).toBe(phoneNumber);
    await t.close();
    return cookie;
  };

  it('S2.29, R56 an https baseURL makes the cookie Secure and __Host-', async () => {
    const cookie = await cookieWith({ baseURL: 'https://app.example.com' });
    expect(cookie).toMatch(/^__Host-better-auth\.session_token=/);
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('S1.51 lifetime, prefix, domain and sameSite are options; with a domain the name is __Secure-', async () => {
    const cookie = await cookieWith({
      session: {
        expiresIn: 3_600,
        cookie: { prefix: 'acme', secure: true, domain: 'example.com', sameSite: 'strict' },
      },
    });
    expect(cookie).toMatch(/^__Secure-acme\.session_token=/);
    expect(cookie).toMatch(/Max-Age=3600; Domain=example\.com; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('S4.47 baseURL and trustedOrigins may send the cookie along', async () => {
    const t = await startOn(platform, {
      options: { baseURL: 'https://api.example.com', trustedOrigins: ['https://admin.example.com'] },
    });
    const client = api(t);
    const statuses = [];
    for (const origin of ['https://api.example.com', 'https://admin.example.com', 'https://example.com']) {
      statuses.push((await client.post('/sign-out', {}, { cookie: 'a=b', origin })).status);
    }
    expect(statuses).toEqual([200, 200, 403]);
    await t.close();
  });
});
