import { scryptSync } from 'node:crypto';
import { PhoneAuthService } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { describe, expect, it, vi } from 'vitest';
import { Passwords } from '../../src/users/passwords.js';
import { api, freshNumber, setCookies } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(everyAdapterAndDatabase)('the account on $name', (platform) => {
  const { t, client } = useApp(platform);

  it('list-sessions shows the live sessions, the caller’s token and ids in place of the others’', async () => {
    const first = await client.signIn();
    const second = await client.signIn(first.phoneNumber);
    const answer = await client.get('/list-sessions', second.bearer);
    expect(answer.status).toBe(200);
    const sessions = answer.body as { id: string; token: string; userId: string }[];
    expect(sessions.map((session) => session.userId)).toEqual([first.user.id, first.user.id]);
    expect(sessions.map((session) => session.token)).toContain(second.token);
    expect(answer.text).not.toContain(first.token);
  });

  it('list-sessions wants a fresh session, others 401', async () => {
    const { bearer } = await client.signIn();
    t.clock.advance({ days: 1 });
    const stale = await client.get('/list-sessions', bearer);
    expect([stale.status, stale.body.code]).toEqual([403, 'SESSION_NOT_FRESH']);
    expect((await client.get('/list-sessions')).status).toBe(401);
  });

  it('revoke-session ends a session by its handle or its token, and nobody else’s', async () => {
    const me = await client.signIn();
    const [byHandle, byToken] = [await client.signIn(me.phoneNumber), await client.signIn(me.phoneNumber)];
    const other = await client.signIn();
    const alive = async (who: { bearer: Record<string, string> }) =>
      (await client.get('/get-session', who.bearer)).body !== null;
    const handle = ((await client.get('/get-session', byHandle.bearer)).body as { session: { id: string } })
      .session.id;
    const foreign = ((await client.get('/get-session', other.bearer)).body as { session: { id: string } })
      .session.id;

    for (const token of [handle, byToken.token, other.token, foreign, 'nobody’s']) {
      await client.post('/revoke-session', { token }, me.bearer).expect(200, { status: true });
    }
    expect([await alive(me), await alive(byHandle), await alive(byToken), await alive(other)]).toEqual([
      true,
      false,
      false,
      true,
    ]);

    const own = await client.post('/revoke-session', { token: me.token }, me.bearer);
    expect(setCookies(own)[0]).toMatch(/Max-Age=0/);
    expect(await alive(me)).toBe(false);
  });

  it('revoke-other-sessions keeps this one, revoke-sessions none', async () => {
    const first = await client.signIn();
    const second = await client.signIn(first.phoneNumber);
    await client.post('/revoke-other-sessions', {}, second.bearer).expect(200, { status: true });
    expect((await client.get('/get-session', first.bearer)).text).toBe('null');
    expect((await client.get('/get-session', second.bearer)).body.user.id).toBe(first.user.id);
    const all = await client.post('/revoke-sessions', {}, second.bearer).expect(200, { status: true });
    expect(setCookies(all)[0]).toMatch(/Max-Age=0/);
    expect((await client.get('/get-session', second.bearer)).text).toBe('null');
  });

  it('change-password wants the present one, and ends the other sessions where asked to', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const here = await client.signIn(phoneNumber);
    const change = (currentPassword: string, newPassword: string, more: object = {}) =>
      client.post('/change-password', { currentPassword, newPassword, ...more }, here.bearer);
    expect((await change('wrong password', 'another horse')).body.code).toBe('INVALID_PASSWORD');
    expect((await change(password, 'short')).body.code).toBe('PASSWORD_TOO_SHORT');

    const quiet = await change(password, 'another horse');
    expect([quiet.status, quiet.body.token, setCookies(quiet)]).toEqual([200, null, []]);
    const loud = await change('another horse', 'third horse', { revokeOtherSessions: true });
    expect(loud.body).toMatchObject({ token: expect.any(String), user: { phoneNumber } });
    expect((await client.get('/get-session', here.bearer)).text).toBe('null');
    expect(
      (await client.get('/get-session', { authorization: `Bearer ${loud.body.token}` })).body.user
        .phoneNumber,
    ).toBe(phoneNumber);
    expect((await client.passwordSignIn(phoneNumber, 'third horse')).status).toBe(200);
  });

  it('the service tells whether a user has a password', async () => {
    const service = t.app.get(PhoneAuthService);
    expect(await service.hasPassword((await client.signIn()).user.id)).toBe(false);
    expect(await service.hasPassword((await client.signUpWithPassword()).user.id)).toBe(true);
  });

  it('change-password without a password is CREDENTIAL_ACCOUNT_NOT_FOUND, without a session 401', async () => {
    const { bearer } = await client.signIn();
    const body = { currentPassword: 'correct horse', newPassword: 'another horse' };
    expect((await client.post('/change-password', body, bearer)).body.code).toBe(
      'CREDENTIAL_ACCOUNT_NOT_FOUND',
    );
    expect((await client.post('/change-password', body)).status).toBe(401);
  });

  it('S4.13, S1.30, S4.14 rememberMe decides on Max-Age and on one day or seven', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const remembered = await client.passwordSignIn(phoneNumber, password, { rememberMe: true });
    expect(remembered.body).toMatchObject({ token: expect.any(String), user: { phoneNumber } });
    expect(setCookies(remembered)[0]).toMatch(/Max-Age=604800/);
    const forgotten = await client.passwordSignIn(phoneNumber, password, { rememberMe: false });
    expect(setCookies(forgotten)[0]).not.toMatch(/max-age/i);
    t.clock.advance({ hours: 23 });
    const bearer = { authorization: `Bearer ${forgotten.body.token}` };
    expect(setCookies(await client.get('/get-session', bearer))).toEqual([]);
    t.clock.advance({ hours: 1 });
    expect((await client.get('/get-session', bearer)).text).toBe('null');
  });

  it('a password that Better Auth hashed signs in, and is hashed anew', async () => {
    const { phoneNumber, user } = await client.signIn();
    const salt = '00112233445566778899aabbccddeeff';
    const key = scryptSync('correct horse'.normalize('NFKC'), salt, 64, {
      N: 16_384,
      r: 16,
      p: 1,
      maxmem: 67_108_864,
    });
    const passwords = t.app.get(Passwords, { strict: false });
    const store = vi.spyOn(passwords, 'store');
    await passwords.store(user.id, `${salt}:${key.toString('hex')}`);
    expect((await client.passwordSignIn(phoneNumber, 'wrong password')).status).toBe(401);
    expect(store).toHaveBeenCalledTimes(1);
    expect((await client.passwordSignIn(phoneNumber, 'correct horse')).status).toBe(200);
    expect(store).toHaveBeenLastCalledWith(user.id, expect.stringMatching(/^\$argon2id\$/));
    expect((await client.passwordSignIn(phoneNumber, 'correct horse')).status).toBe(200);
    expect(store).toHaveBeenCalledTimes(2);
    store.mockRestore();
  });

  it('R48 moving to another number tells the old one and ends its open codes', async () => {
    const { phoneNumber: old, bearer, user } = await client.signIn();
    const open = await client.codeFor(old);
    const phoneNumber = freshNumber();
    await client
      .verify(phoneNumber, await client.codeFor(phoneNumber, bearer), { updatePhoneNumber: true }, bearer)
      .expect(200);
    await t.settled();
    expect(t.inbox.notices.at(-1)).toMatchObject({
      phoneNumber: old,
      userId: user.id,
      text: expect.stringMatching(/was changed/),
    });
    expect((await client.verify(old, open)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('8.23, I7 a number that was only typed in signs nobody in: it has to be proven first', async () => {
    const { bearer, phoneNumber } = await client.signIn();
    const answer = await client.post('/update-user', { phoneNumber: freshNumber() }, bearer);
    expect(answer.body.code).toBe('PHONE_NUMBER_CANNOT_BE_UPDATED');
    expect((await client.get('/get-session', bearer)).body.user.phoneNumber).toBe(phoneNumber);
  });

  it('S4.45 consumePhoneNumberOTP checks a code and uses it up, and has no route', async () => {
    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    await service.consumePhoneNumberOTP({ phoneNumber, code });
    await expect(service.consumePhoneNumberOTP({ phoneNumber, code })).rejects.toMatchObject({
      code: 'OTP_NOT_FOUND',
    });
    expect((await client.post('/phone-number/consume-otp', { phoneNumber, code })).status).toBe(404);
    expect((await client.signIn(phoneNumber)).user.id).toBeTruthy();
  });
});

describe.each(everyAdapterAndDatabase)('options of verify on $name', (platform) => {
  const withOptions = async (
    options: object,
    run: (client: ReturnType<typeof api>, t: TestApp) => Promise<void>,
  ) => {
    const t = await startOn(platform, { options: { rateLimit: false, ...options } });
    await run(api(t), t);
    await t.close();
  };

  it('S4.39 getTempName and getTempEmail name the new account; the number is the default name', async () => {
    const signUpOnVerification = {
      getTempName: (phoneNumber: string) => `Guest ${phoneNumber.slice(-4)}`,
      getTempEmail: (phoneNumber: string) => `${phoneNumber.slice(1)}@Guests.Example.com`,
    };
    await withOptions({ signUpOnVerification }, async (client) => {
      const { phoneNumber, user } = await client.signIn();
      expect(user).toMatchObject({
        name: `Guest ${phoneNumber.slice(-4)}`,
        email: `${phoneNumber.slice(1)}@guests.example.com`,
      });
    });
    await withOptions({}, async (client) => {
      const { phoneNumber, user } = await client.signIn();
      expect(user).toMatchObject({ name: phoneNumber });
    });
  });

  it('S4.40 declared fields are stored at sign-up, shown and changed; others are refused before the code is touched', () =>
    withOptions(
      {
        additionalFields: {
          city: { type: 'string' },
          terms: { type: 'boolean', required: true },
          role: { type: 'string', input: false },
          score: { type: 'number', returned: false },
        },
      },
      async (client) => {
        const phoneNumber = freshNumber();
        const code = await client.codeFor(phoneNumber);
        for (const [more, expected] of [
          [{ terms: true, nickname: 'x' }, 'FIELD_NOT_ALLOWED'],
          [{ terms: true, role: 'admin' }, 'FIELD_NOT_ALLOWED'],
          [{ terms: true, constructor: 'x' }, 'FIELD_NOT_ALLOWED'],
          [{ terms: true, city: 5 }, 'VALIDATION_ERROR'],
        ] as const) {
          for (let i = 0; i < 2; i++) {
            const answer = await client.verify(phoneNumber, code, more);
            expect([answer.status, answer.body.code]).toEqual([400, expected]);
          }
        }
        expect((await client.verify(phoneNumber, code)).body.code).toBe('MISSING_FIELD');

        const answer = await client.verify(phoneNumber, code, {
          terms: true,
          city: 'Paris',
          score: 3,
          name: 'ignored',
        });
        expect(answer.body.user).toMatchObject({ terms: true, city: 'Paris', role: null, name: phoneNumber });
        expect(answer.body.user).not.toHaveProperty('score');
        const bearer = { authorization: `Bearer ${answer.body.token}` };
        await client.post('/update-user', { city: 'Rome' }, bearer).expect(200);
        expect((await client.get('/get-session', bearer)).body.user).toMatchObject({
          terms: true,
          city: 'Rome',
        });
        expect((await client.post('/update-user', { role: 'admin' }, bearer)).body.code).toBe(
          'FIELD_NOT_ALLOWED',
        );
      },
    ));

  it('S4.41 callbackOnVerification is told after verify and after link, with the number and the user', async () => {
    const told: [string, string][] = [];
    const callbackOnVerification = (input: { phoneNumber: string; user: { id: string } }) =>
      told.push([input.phoneNumber, input.user.id]);
    await withOptions({ callbackOnVerification }, async (client) => {
      const { phoneNumber, user, bearer } = await client.signIn();
      const linked = freshNumber();
      await client
        .verify(linked, await client.codeFor(linked, bearer), { updatePhoneNumber: true }, bearer)
        .expect(200);
      expect(told).toEqual([
        [phoneNumber, user.id],
        [linked, user.id],
      ]);
    });
  });

  it('S4.41 a callbackOnVerification that throws is 500 UNEXPECTED_ERROR, and nobody is signed in', () =>
    withOptions(
      { callbackOnVerification: () => Promise.reject(new Error('the CRM is down')) },
      async (client, t) => {
        const phoneNumber = freshNumber();
        const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
        expect([answer.status, answer.body.code, setCookies(answer)]).toEqual([500, 'UNEXPECTED_ERROR', []]);
        expect(answer.text).not.toContain('CRM');
        const service = t.app.get(PhoneAuthService);
        const result = await service.sendOtp({ phoneNumber });
        expect(result.expiresIn).toBe(300);
      },
    ));

  it('S4.42 verifyOTP replaces the check, and the attempts stay limited around it', async () => {
    const asked: string[] = [];
    const verifyOTP = ({ code }: { code: string }) => {
      asked.push(code);
      return Promise.resolve(code === '4242');
    };
    await withOptions({ verifyOTP }, async (client) => {
      const [phoneNumber, other] = [freshNumber(), freshNumber()];
      expect((await client.verify(phoneNumber, '4242')).body.code).toBe('OTP_NOT_FOUND');
      await client.sendOtp(phoneNumber).expect(200);
      expect((await client.verify(phoneNumber, '4242')).status).toBe(200);
      await client.sendOtp(other).expect(200);
      for (let i = 0; i < 5; i++) await client.verify(other, '0000');
      expect(asked).toEqual(['4242', '0000', '0000', '0000']);
    });
  });

  it('S4.42, R8 a verifyOTP that says nothing is a no', () =>
    withOptions({ verifyOTP: () => undefined }, async (client) => {
      const phoneNumber = freshNumber();
      await client.sendOtp(phoneNumber).expect(200);
      expect((await client.verify(phoneNumber, '424242')).body.code).toBe('INVALID_OTP');
    }));

  it('S4.23 requireVerification: after the right password of an unverified number, 401 and a fresh code that signs in', () =>
    withOptions({}, async (client, t) => {
      const { phoneNumber, password, user } = await client.signUpWithPassword();
      const bearer = (await client.signIn(phoneNumber)).bearer;
      await client.post('/update-user', { phoneNumber: null }, bearer).expect(200);
      const { PhoneUserStore } = await import('nestjs-phone-auth');
      const { parseE164 } = await import('../../src/phone/e164.js');
      await t.app.get(PhoneUserStore).update(user.id, { phoneNumber: parseE164(phoneNumber) ?? null });
      t.inbox.clear();
      expect((await client.passwordSignIn(phoneNumber, 'wrong password')).body.code).toBe(
        'INVALID_PHONE_NUMBER_OR_PASSWORD',
      );
      expect(t.inbox.messages).toEqual([]);
      const answer = await client.passwordSignIn(phoneNumber, password);
      expect([answer.status, answer.body.code]).toEqual([401, 'PHONE_NUMBER_NOT_VERIFIED']);
      expect((await client.verify(phoneNumber, t.inbox.lastCodeFor(phoneNumber))).status).toBe(200);
    }));

  it('session.freshToLink wants a fresh sign-in before a number is linked', () =>
    withOptions({ session: { freshToLink: true, freshAge: 300 } }, async (client, t) => {
      const { bearer } = await client.signIn();
      t.clock.advance({ seconds: 300 });
      const phoneNumber = freshNumber();
      const code = await client.codeFor(phoneNumber, bearer);
      const answer = await client.verify(phoneNumber, code, { updatePhoneNumber: true }, bearer);
      expect([answer.status, answer.body.code]).toEqual([403, 'SESSION_NOT_FRESH']);
      await client.verify(phoneNumber, code).expect(200);
    }));
});
