import { describe, expect, it } from 'vitest';
import { PhoneUserStore } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { parseE164, type E164 } from '../../src/phone/e164.js';
import { Passwords } from '../../src/users/passwords.js';
import { api, cookiesOf, freshNumber, setCookies, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(everyAdapterAndDatabase)('verify on $name', (platform) => {
  const { t, client } = useApp(platform);

  it('S1.9, S4.6, S4.10 the right code for an unknown number makes the user and signs in', async () => {
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: true,
      success: true,
      verified: true,
      isNewUser: true,
      token: expect.stringMatching(/^\S{32,}$/),
      user: { phoneNumber, phoneNumberVerified: true },
    });
    expect(setCookies(answer)[0]).toMatch(/^better-auth\.session_token=/);
  });

  it('S4.11 session { id, expiresAt } and isNewUser are there', async () => {
    const { phoneNumber } = await client.signIn();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
    expect(answer.body.isNewUser).toBe(false);
    expect(answer.body.session).toEqual({
      id: expect.any(String),
      expiresAt: new Date(t.clock.now() + 7 * 86_400_000).toISOString(),
    });
  });

  it('S1.14 sign-in/phone-number takes the code and answers token and user', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const answer = await client.post('/sign-in/phone-number', { phoneNumber, code });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      token: expect.any(String),
      user: { id: expect.any(String), phoneNumber, phoneNumberVerified: true },
    });
  });

  it('K5 sign-in/phone-number with both code and password, or neither, is 400', async () => {
    const phoneNumber = freshNumber();
    for (const body of [{ phoneNumber }, { phoneNumber, code: '000000', password: 'password' }]) {
      const answer = await client.post('/sign-in/phone-number', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_ERROR']);
    }
  });

  it('S4.12 disableSession proves the number and opens no session', async () => {
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber), {
      disableSession: true,
    });
    expect(answer.body).toMatchObject({
      status: true,
      token: null,
      session: null,
      user: { phoneNumberVerified: true },
    });
    expect(setCookies(answer)).toEqual([]);
    expect(answer.headers['set-auth-token']).toBeUndefined();
  });

  it('S1.32, S4.19, S5.45 a wrong code is 400 INVALID_OTP with code, message and the attempts that are left', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const answer = await client.verify(phoneNumber, wrong(code));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      statusCode: 400,
      code: 'INVALID_OTP',
      message: 'Invalid OTP',
      error: 'Bad Request',
      attemptsRemaining: 2,
    });
  });

  it('S1.5, S1.32, S4.5, S4.20 a code is good at 299 s and expired at 301 s', async () => {
    const [early, late] = [freshNumber(), freshNumber()];
    const codes = [await client.codeFor(early), await client.codeFor(late)] as const;
    t.clock.advance({ seconds: 299 });
    await client.verify(early, codes[0]).expect(200);
    t.clock.advance({ seconds: 2 });
    const answer = await client.verify(late, codes[1]);
    expect([answer.status, answer.body.code]).toEqual([400, 'OTP_EXPIRED']);
    const again = await client.verify(late, codes[1]);
    expect([again.status, again.body.code]).toEqual([400, 'OTP_NOT_FOUND']);
  });

  it('S4.20 a number with no code is 400 OTP_NOT_FOUND', async () => {
    const answer = await client.verify(freshNumber(), '000000');
    expect([answer.status, answer.body.code]).toEqual([400, 'OTP_NOT_FOUND']);
  });

  it('S4.21, 8.5 three wrong codes are 400, the fourth try is 403 even when it is right, then there is no code', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const tries = [];
    for (const guess of [wrong(code), wrong(code), wrong(code), code, code]) {
      const { status, body } = await client.verify(phoneNumber, guess);
      tries.push([status, body.code, body.attemptsRemaining]);
    }
    expect(tries).toEqual([
      [400, 'INVALID_OTP', 2],
      [400, 'INVALID_OTP', 1],
      [400, 'INVALID_OTP', 0],
      [403, 'TOO_MANY_ATTEMPTS', undefined],
      [400, 'OTP_NOT_FOUND', undefined],
    ]);
  });

  it('S4.25, 8.4 a newer code replaces the older, also after the newer was used', async () => {
    const phoneNumber = freshNumber();
    const older = await client.codeFor(phoneNumber);
    let newer = await client.codeFor(phoneNumber);
    while (newer === older) newer = await client.codeFor(phoneNumber);
    expect((await client.verify(phoneNumber, older)).body.code).toBe('INVALID_OTP');
    await client.verify(phoneNumber, newer).expect(200);
    expect((await client.verify(phoneNumber, older)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('S2.20 a code works once', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    await client.verify(phoneNumber, code).expect(200);
    expect((await client.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('R7 what cannot be a code is 400 and charges nothing', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    for (const odd of ['12345', '1234567', 'abcdef', '１２３４５６', '٠٠٠٠٠٠', `${code}\u0000`, '      ']) {
      const answer = await client.verify(phoneNumber, odd);
      expect([answer.status, answer.body.code], odd).toEqual([400, 'VALIDATION_ERROR']);
    }
    const answer = await client.verify(phoneNumber, `${code.slice(0, 3)} ${code.slice(3)}`);
    expect(answer.status).toBe(200);
  });

  it('S4.29 phone_number, otp and disable_session are other names', async () => {
    const phoneNumber = freshNumber();
    await client.post('/phone-number/send-otp', { phone_number: phoneNumber }).expect(200);
    const otp = t.inbox.lastCodeFor(phoneNumber);
    const answer = await client.post('/phone-number/verify', {
      phone_number: phoneNumber,
      otp,
      disable_session: true,
    });
    expect(answer.status).toBe(200);
    expect(answer.body.token).toBeNull();
  });

  it('R47, A42 a first proof of a number drops the password and the sessions that came before it', async () => {
    const phoneNumber = freshNumber();
    const planted = await t.app.get(PhoneUserStore).create({
      phoneNumber: e164(phoneNumber),
      phoneNumberVerified: false,
      name: 'planted',
      email: null,
      fields: {},
    });
    await setPassword(t, planted?.id, 'the attacker knows');
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    expect(answer.body.user.id).toBe(planted?.id);
    const attack = await client.post('/sign-in/phone-number', {
      phoneNumber,
      password: 'the attacker knows',
    });
    expect(attack.status).toBe(401);
  });
});

describe.each(everyAdapterAndDatabase)('linking a number on $name', (platform) => {
  const { client } = useApp(platform);

  const link = async (bearer: Record<string, string>, phoneNumber: string) =>
    client.verify(
      phoneNumber,
      await client.codeFor(phoneNumber, bearer),
      { updatePhoneNumber: true },
      bearer,
    );

  it('S1.17, S1.18, S4.33 verify with a session and updatePhoneNumber puts the number on that account and keeps the session', async () => {
    const { bearer, user, token } = await client.signIn();
    const phoneNumber = freshNumber();
    const answer = await link(bearer, phoneNumber);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      success: true,
      verified: true,
      status: true,
      token,
      user: { id: user.id, phoneNumber, phoneNumberVerified: true },
    });
    expect(setCookies(answer)).toEqual([]);
    const session = await client.get('/get-session', bearer);
    expect(session.body.user).toMatchObject({ id: user.id, phoneNumber });
  });

  it('S1.19, S4.35 a number of another account is 400, nothing changes on either, and the code stays good', async () => {
    const [me, other] = [await client.signIn(), await client.signIn()];
    const code = await client.codeFor(other.phoneNumber, me.bearer);
    const answer = await client.verify(other.phoneNumber, code, { updatePhoneNumber: true }, me.bearer);
    expect([answer.status, answer.body.code]).toEqual([400, 'PHONE_NUMBER_EXIST']);
    for (const { bearer, user, phoneNumber } of [me, other]) {
      const session = await client.get('/get-session', bearer);
      expect(session.body.user).toMatchObject({ id: user.id, phoneNumber });
    }
    await client.verify(other.phoneNumber, code).expect(200);
  });

  it('S4.34, 8.9 without a session it is 401, and the code stays good', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const answer = await client.verify(phoneNumber, code, { updatePhoneNumber: true });
    expect([answer.status, answer.body.code]).toEqual([401, 'USER_NOT_FOUND']);
    await client.verify(phoneNumber, code).expect(200);
  });

  it('A21, R44 a code that somebody else asked for links nothing', async () => {
    const { bearer } = await client.signIn();
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const answer = await client.verify(phoneNumber, code, { updatePhoneNumber: true }, bearer);
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_OTP']);
  });

  it('S5.40 verify without updatePhoneNumber signs in as the owner, whoever is signed in', async () => {
    const [me, other] = [await client.signIn(), await client.signIn()];
    const code = await client.codeFor(other.phoneNumber, me.bearer);
    const answer = await client.verify(other.phoneNumber, code, {}, me.bearer);
    expect(answer.body.user.id).toBe(other.user.id);
    expect(answer.body.token).not.toBe(me.token);
  });
});

describe.each(everyAdapterAndDatabase)('password sign-in on $name', (platform) => {
  const start = (options: object) => startOn(platform, { options: { rateLimit: false, ...options } });
  const userWithPassword = async (t: TestApp, phoneNumberVerified: boolean) => {
    const phoneNumber = freshNumber();
    const user = await t.app
      .get(PhoneUserStore)
      .create({ phoneNumber: e164(phoneNumber), phoneNumberVerified, name: 'Ada', email: null, fields: {} });
    await setPassword(t, user?.id, 'correct horse');
    return { phoneNumber, password: 'correct horse' };
  };

  it('S1.11 an unverified number is 401 PHONE_NUMBER_NOT_VERIFIED by default, said only after the right password', async () => {
    const t = await start({});
    const client = api(t);
    const who = await userWithPassword(t, false);
    const blind = await client.post('/sign-in/phone-number', { ...who, password: 'wrong password' });
    expect([blind.status, blind.body.code]).toEqual([401, 'INVALID_PHONE_NUMBER_OR_PASSWORD']);
    expect(t.inbox.messages).toEqual([]);
    const answer = await client.post('/sign-in/phone-number', who);
    expect([answer.status, answer.body.code]).toEqual([401, 'PHONE_NUMBER_NOT_VERIFIED']);
    expect(t.inbox.messagesFor(who.phoneNumber)).toHaveLength(1);
    await t.close();
  });

  it('S1.12 requireVerification: false lets it pass', async () => {
    const t = await start({ requireVerification: false });
    const answer = await api(t).post('/sign-in/phone-number', await userWithPassword(t, false));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token: expect.any(String), user: { phoneNumberVerified: false } });
    await t.close();
  });

  it('S1.28, S1.29, S4.24 the right password signs in; wrong, none and unknown are the same 401', async () => {
    const t = await start({});
    const client = api(t);
    const who = await userWithPassword(t, true);
    await client.post('/sign-in/phone-number', who).expect(200);
    const { phoneNumber: withoutPassword } = await client.signIn();
    const answers = [
      await client.post('/sign-in/phone-number', { ...who, password: 'wrong password' }),
      await client.post('/sign-in/phone-number', { phoneNumber: withoutPassword, password: 'correct horse' }),
      await client.post('/sign-in/phone-number', { phoneNumber: freshNumber(), password: 'correct horse' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        statusCode: 401,
        code: 'INVALID_PHONE_NUMBER_OR_PASSWORD',
        message: 'Invalid phone number or password',
        error: 'Unauthorized',
      });
    }
    await t.close();
  });

  it('S4.14 rememberMe: false gives a cookie without Max-Age and one day', async () => {
    const t = await start({});
    const answer = await api(t).post('/sign-in/phone-number', {
      ...(await userWithPassword(t, true)),
      rememberMe: false,
    });
    expect(setCookies(answer)[0]).not.toMatch(/max-age/i);
    expect(answer.body.session.expiresAt).toBe(new Date(t.clock.now() + 86_400_000).toISOString());
    await t.close();
  });
});

describe.each(everyAdapterAndDatabase)('sign-up switched off on $name', (platform) => {
  it('S1.10, S4.7, 8.10 the right code for an unknown number is 403, and no user appears', async () => {
    const t = await startOn(platform, { options: { rateLimit: false, allowSignUp: false } });
    const client = api(t);
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    expect((await client.verify(phoneNumber, wrong(code))).body.code).toBe('INVALID_OTP');
    const answer = await client.verify(phoneNumber, code);
    expect([answer.status, answer.body.code]).toEqual([403, 'PHONE_NUMBER_SIGN_UP_DISABLED']);
    expect(cookiesOf(answer)).toBe('');
    expect(await t.app.get(PhoneUserStore).findByPhoneNumber(e164(phoneNumber))).toBeNull();
    await t.close();
  });
});

function e164(text: string): E164 {
  const number = parseE164(text);
  if (!number) throw new Error(`${text} is no number`);
  return number;
}

async function setPassword(t: TestApp, userId: string | undefined, password: string): Promise<void> {
  const passwords = t.app.get(Passwords, { strict: false });
  await passwords.store(userId ?? '', await passwords.hash(password));
}
