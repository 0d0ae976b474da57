import { kavachos } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { addUsers } from '../support/add-users.js';
import { api, cookiesOf, freshNumber, setCookies, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

const preset = kavachos({ onSendCode: () => {} });

/** KavachOS's two routes. */
function routesOf({ post }: ReturnType<typeof api>) {
  return {
    send: (phone: string, headers?: Record<string, string>) => post('/phone/send-code', { phone }, headers),
    verify: (phone: string, code: string, headers?: Record<string, string>) =>
      post('/phone/verify-code', { phone, code }, headers),
  };
}

describe.each(everyAdapterAndDatabase)('S2.28 the routes of KavachOS on $name', (platform) => {
  const { t, client } = useApp(platform, { options: preset });
  const { send, verify } = routesOf(client);

  const codeFor = async (phone: string) => {
    await send(phone).expect(200);
    await t.settled();
    return t.inbox.lastCodeFor(phone);
  };
  const refused = (status: number, code: string, message: string, error: string) => ({
    status,
    body: { statusCode: status, code, message, error },
  });
  const INVALID_CODE = refused(401, 'INVALID_CODE', 'Invalid code', 'Unauthorized');
  const shown = ({ status, body }: { status: number; body: unknown }) => ({ status, body });

  it('S2.7 send-code is 200 and exactly { success: true }, without a cookie', async () => {
    const answer = await send(freshNumber());
    expect([answer.status, answer.text, setCookies(answer)]).toEqual([200, '{"success":true}', []]);
  });

  it('S2.14, S2.15 verify-code answers the user and the session', async () => {
    const phone = freshNumber();
    const { status, body } = await verify(phone, await codeFor(phone));
    expect(status).toBe(200);
    expect(body).toEqual({
      user: expect.objectContaining({
        id: expect.any(String),
        phone,
        phoneNumber: phone,
        phoneNumberVerified: true,
      }),
      session: {
        token: expect.any(String),
        expiresAt: new Date(t.clock.now() + 7 * 86_400_000).toISOString(),
      },
    });
  });

  it('S2.15, S2.16, S2.25 the cookie and the token are the session, for seven days or until it is revoked', async () => {
    const phone = freshNumber();
    const answer = await verify(phone, await codeFor(phone));
    const { user, session } = answer.body as { user: { id: string }; session: { token: string } };
    const bearer = { authorization: `Bearer ${session.token}` };
    const cookie = { cookie: cookiesOf(answer) };
    expect(setCookies(answer)[0]).toMatch(/session_token=.*Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
    for (const credential of [bearer, cookie]) {
      expect((await client.get('/get-session', credential)).body.user.id).toBe(user.id);
    }
    await client.post('/revoke-sessions', {}, bearer).expect(200);
    for (const credential of [bearer, cookie]) {
      expect((await client.get('/get-session', credential)).text).toBe('null');
    }
  });

  it('S2.9 the account is there after the first message, and another number’s is not', async () => {
    const phone = freshNumber();
    await codeFor(phone);
    const users = t.app.get(DataSource).getRepository(PhoneAuthUser);
    expect(await users.findBy({ phoneNumber: phone })).toMatchObject([{ phoneNumberVerified: false }]);
    const { body } = await verify(phone, t.inbox.lastCodeFor(phone));
    expect(await users.findBy({ phoneNumber: phone })).toMatchObject([
      { id: body.user.id, phoneNumberVerified: true },
    ]);
  });

  it('S2.10 messages in parallel make one user', async () => {
    const phone = freshNumber();
    await Promise.all(Array.from({ length: 10 }, () => send(phone)));
    await t.settled();
    const users = await t.app.get(DataSource).getRepository(PhoneAuthUser).findBy({ phoneNumber: phone });
    expect(users).toHaveLength(1);
    const owners = t.inbox.messagesFor(phone).map(({ userId }) => userId);
    expect([...new Set(owners)]).toEqual([users[0]?.id]);
  });

  it.each([
    ['without +', '12025550123'],
    ['with letters', '+1202555CALL'],
    ['with blanks', '+1 202 555 0123'],
    ['with dashes', '+1-202-555-0123'],
    ['with +0', '+02025550123'],
    ['with 16 digits', '+1202555012345678'],
    ['that is empty', ''],
    ['that is a plus', '+'],
    ['with digits of another script', '+١٢٠٢٥٥٥٠١٢٣'],
    ['of a calling code that there is not', '+999123456789'],
  ])('S2.11, K8 a number %s is 422 PHONE_INVALID on either route', async (_, phone) => {
    const expected = refused(
      422,
      'PHONE_INVALID',
      'Phone number must be in E.164 form, such as +12025550123',
      'Unprocessable Entity',
    );
    for (const answer of [await send(phone), await verify(phone, '123456')]) {
      // the words for 422 have changed with Node
      expect(shown(answer)).toEqual({ ...expected, body: { ...expected.body, error: expect.any(String) } });
    }
  });

  it('S2.17, S2.19, S2.20, K6 wrong, none, used up and used are one answer', async () => {
    const phone = freshNumber();
    const code = await codeFor(phone);
    const asked = [await verify(freshNumber(), '000000'), await verify(phone, wrong(code))];
    await verify(phone, code).expect(200);
    asked.push(await verify(phone, code));

    const other = freshNumber();
    const right = await codeFor(other);
    for (let i = 0; i < 5; i += 1) asked.push(await verify(other, wrong(right)));
    asked.push(await verify(other, right), await verify(other, right));
    expect(asked.map(shown)).toEqual(asked.map(() => INVALID_CODE));
  });

  it('S2.5 five wrong codes and the right one is refused; four, and it signs in', async () => {
    for (const [tries, status] of [
      [4, 200],
      [5, 401],
    ] as const) {
      const phone = freshNumber();
      const code = await codeFor(phone);
      for (let i = 0; i < tries; i += 1) await verify(phone, wrong(code)).expect(401);
      expect((await verify(phone, code)).status).toBe(status);
    }
  });

  it('S2.6 a new code works where the old one was used up', async () => {
    const phone = freshNumber();
    const code = await codeFor(phone);
    for (let i = 0; i < 5; i += 1) await verify(phone, wrong(code)).expect(401);
    expect((await verify(phone, await codeFor(phone))).status).toBe(200);
  });

  it('S2.6, S2.21 a new message has a new code, and ends the old one at once and for ever', async () => {
    const phone = freshNumber();
    const first = await codeFor(phone);
    let second = await codeFor(phone);
    while (second === first) second = await codeFor(phone);
    expect(shown(await verify(phone, first))).toEqual(INVALID_CODE);
    await verify(phone, second).expect(200);
    expect(shown(await verify(phone, first))).toEqual(INVALID_CODE);
  });

  describe('after its window', () => {
    const EXPIRED = refused(401, 'CODE_EXPIRED', 'Code expired', 'Unauthorized');
    const late = async () => {
      const phone = freshNumber();
      const code = await codeFor(phone);
      t.clock.advance({ seconds: 300 });
      return { phone, code };
    };

    it('S2.18, K7 the right code is CODE_EXPIRED and a wrong one INVALID_CODE, in whatever order', async () => {
      const { phone, code } = await late();
      const asked = [await verify(phone, wrong(code)), await verify(phone, code)];
      asked.push(await verify(phone, wrong(code)), await verify(phone, code));
      expect(asked.map(shown)).toEqual([INVALID_CODE, EXPIRED, INVALID_CODE, EXPIRED]);
    });

    it('S2.18, I1 guesses go on counting: after five nobody is told which code was right', async () => {
      const { phone, code } = await late();
      for (let i = 0; i < 5; i += 1) expect(shown(await verify(phone, wrong(code)))).toEqual(INVALID_CODE);
      expect(shown(await verify(phone, code))).toEqual(INVALID_CODE);
    });

    it('S2.18 those that were made in time count too', async () => {
      const phone = freshNumber();
      const code = await codeFor(phone);
      for (let i = 0; i < 4; i += 1) await verify(phone, wrong(code));
      t.clock.advance({ seconds: 300 });
      const asked = [await verify(phone, code), await verify(phone, code)];
      expect(asked.map(shown)).toEqual([EXPIRED, INVALID_CODE]);
    });

    it('S2.18 the phone-number dialect tells whoever asks first, and compares nothing', async () => {
      const { phone, code } = await late();
      const asked = [await client.verify(phone, wrong(code)), await client.verify(phone, code)];
      expect(asked.map(({ body }) => body.code)).toEqual(['OTP_EXPIRED', 'OTP_NOT_FOUND']);
    });
  });

  it('S2.24 phoneNumber is another name of phone, and phone/verify another of phone/verify-code', async () => {
    const phoneNumber = freshNumber();
    await client.post('/phone/send-code', { phoneNumber }).expect(200);
    await t.settled();
    const code = t.inbox.lastCodeFor(phoneNumber);
    const { status, body } = await client.post('/phone/verify', { phoneNumber, code });
    expect([status, body.user.phone]).toEqual([200, phoneNumber]);
  });

  it.each([
    ['/phone/send-code', {}],
    ['/phone/send-code', { phone: null }],
    ['/phone/send-code', { phone: 12_025_550_123 }],
    ['/phone/send-code', { phone: ['+12025550123'] }],
    ['/phone/send-code', { phone: '+12025550123', more: true }],
    ['/phone/send-code', 'null'],
    ['/phone/send-code', '[]'],
    ['/phone/verify-code', { phone: '+12025550123' }],
    ['/phone/verify-code', { code: '123456' }],
    ['/phone/verify-code', { phone: '+12025550123', code: 123_456 }],
    ['/phone/verify-code', { phone: '+12025550123', code: null }],
    ['/phone/verify-code', { phone: '+12025550123', code: '12345' }],
    ['/phone/verify', 'null'],
  ])('S2.23 POST %s with %j is 400 and names what is wrong', async (path, body) => {
    const answer = await client.post(path, body, { 'content-type': 'application/json' });
    expect([answer.status, answer.body.code]).toEqual([
      400,
      expect.stringMatching(/^VALIDATION_ERROR$|^BAD_REQUEST$/),
    ]);
    expect(answer.body.message).toEqual(expect.any(String));
  });

  it('A52 a page of another site gets 403 in the body that all errors have', async () => {
    const answer = await send(freshNumber(), { cookie: 'a=b', origin: 'https://evil.example' });
    expect(shown(answer)).toEqual(refused(403, 'INVALID_ORIGIN', 'Invalid origin', 'Forbidden'));
  });
});

describe.each(everyAdapterAndDatabase)('the limits of KavachOS on $name', (platform) => {
  let t: TestApp;
  afterEach(() => t.close());

  const start = async (options: NonNullable<Parameters<typeof startOn>[1]>['options'] = {}) => {
    t = await startOn(platform, { trustProxy: true, options: { ...preset, ...options } });
    return routesOf(api(t));
  };
  let hosts = 0;
  const elsewhere = () => ({ 'x-forwarded-for': `203.0.113.${(hosts += 1)}` });

  it('S2.12, S2.13, 8.13 too many codes to one number are 429 from whatever addresses, for as long as Retry-After says', async () => {
    const { send } = await start({ limits: {}, resendDelays: [30, 40, 60, 90, 120] });
    const phone = freshNumber();
    await send(phone, elsewhere()).expect(200);
    const refused = await send(phone, elsewhere()).expect(429);
    expect(refused.body).toEqual({
      statusCode: 429,
      code: 'RATE_LIMITED',
      message: 'Too many requests. Please try again later.',
      error: 'Too Many Requests',
      retryAfter: 30,
    });
    expect(refused.headers['retry-after']).toBe('30');
    await send(freshNumber(), elsewhere()).expect(200);
    t.clock.advance({ seconds: 29 });
    await send(phone, elsewhere()).expect(429);
    t.clock.advance({ seconds: 1 });
    await send(phone, elsewhere()).expect(200);
  });

  it('S2.8 known, unverified and new numbers: the same status, body and headers, now and afterwards', async () => {
    const { send, verify } = await start({ limits: {}, resendDelays: [30, 40, 60, 90, 120] });
    const [known, unverified, unknown] = [freshNumber(), freshNumber(), freshNumber()];
    const source = t.app.get(DataSource);
    await addUsers(source, [known, unverified]);
    await source
      .getRepository(PhoneAuthUser)
      .update({ phoneNumber: unverified }, { phoneNumberVerified: false });

    const story = async (phone: string) => {
      const answers = [await send(phone, elsewhere()), await send(phone, elsewhere())];
      await t.settled();
      const code = t.inbox.lastCodeFor(phone);
      for (let i = 0; i < 6; i += 1) answers.push(await verify(phone, wrong(code), elsewhere()));
      t.clock.advance({ seconds: 40 });
      answers.push(await send(phone, elsewhere()));
      return answers.map(({ status, body, headers }) => ({
        status,
        body,
        headers: { ...headers, date: '' },
      }));
    };
    const first = await story(known);
    expect(first.map(({ status }) => status)).toEqual([200, 429, 401, 401, 401, 401, 401, 401, 200]);
    expect(await story(unverified)).toEqual(first);
    expect(await story(unknown)).toEqual(first);
  });

  it('R43 bindToClient: the challenge comes as a cookie alone, and the code is good with it', async () => {
    const baseURL = 'http://app.example.com';
    const { send, verify } = await start({ bindToClient: true, baseURL });
    const phone = freshNumber();
    const sent = await send(phone);
    expect(sent.text).toBe('{"success":true}');
    await t.settled();
    const code = t.inbox.lastCodeFor(phone);
    const without = await verify(phone, code);
    expect([without.status, without.body.code]).toEqual([401, 'INVALID_CODE']);
    await verify(phone, code, { cookie: cookiesOf(sent), origin: baseURL }).expect(200);
  });

  it('K14 sign-up switched off is 403, and only after the right code', async () => {
    const { send, verify } = await start({ allowSignUp: false });
    const phone = freshNumber();
    await send(phone).expect(200);
    await t.settled();
    const code = t.inbox.lastCodeFor(phone);
    await verify(phone, wrong(code)).expect(401);
    const right = await verify(phone, code);
    expect([right.status, right.body.code]).toEqual([403, 'PHONE_NUMBER_SIGN_UP_DISABLED']);
  });
});
