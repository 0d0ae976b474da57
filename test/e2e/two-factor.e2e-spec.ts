import { type NewPhoneUser, PhoneAuthService, type PhoneUser, PhoneUserStore } from 'nestjs-phone-auth';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { parseE164 } from '../../src/phone/e164.js';
import { TypeOrmPhoneUserStore } from '../../src/users/typeorm-phone-user-store.js';
import { api, freshNumber, setCookies, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(everyAdapterAndDatabase)('password and code on $name', (platform) => {
  const { t, client } = useApp(platform);

  it('S3.29 the right password is answered with a temp token: no session, no cookie, no message', async () => {
    const { phoneNumber, password, user } = await client.signUpWithTwoFactor();
    const sentBefore = t.inbox.messagesFor(phoneNumber).length;
    const sessionsBefore = await t.app.get(PhoneAuthService).listSessions(user.id);
    const answer = await client.passwordSignIn(phoneNumber, password);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        requiresTwoFactor: true,
        tempToken: expect.stringMatching(/^[\w-]{43}$/),
        available2faMethods: ['sms'],
        maskedPhoneNumber: `+1********${phoneNumber.slice(-2)}`,
        expiresIn: 300,
        token: null,
        user: null,
        session: null,
      },
    ]);
    expect(setCookies(answer)).toEqual([]);
    expect(answer.headers).not.toHaveProperty('set-auth-token');
    expect(answer.headers['cache-control']).toBe('no-store');
    await t.settled();
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(sentBefore);
    expect(await t.app.get(PhoneAuthService).listSessions(user.id)).toHaveLength(sessionsBefore.length);
  });

  it('R36 a wrong password is answered as for anybody else', async () => {
    const { phoneNumber } = await client.signUpWithTwoFactor();
    const answer = await client.passwordSignIn(phoneNumber, 'a wrong password');
    expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_PHONE_NUMBER_OR_PASSWORD']);
  });

  it('S3.31, S3.32 send-otp and verify-otp finish the sign-in, in the words of a sign-in', async () => {
    const { phoneNumber, password, user } = await client.signUpWithTwoFactor();
    const tempToken = await client.tempTokenFor(phoneNumber, password);
    const sent = await client.post('/two-factor/send-otp', { tempToken });
    expect([sent.status, sent.body]).toEqual([
      200,
      {
        success: true,
        message: 'code sent',
        expiresIn: 300,
        resendAfter: 0,
        maskedPhoneNumber: `+1********${phoneNumber.slice(-2)}`,
        challenge: expect.any(String),
      },
    ]);
    await t.settled();
    const answer = await client.post('/two-factor/verify-otp', {
      tempToken,
      code: t.inbox.lastCodeFor(phoneNumber),
    });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      {
        token: expect.any(String),
        user: { id: user.id, twoFactorEnabled: true },
        session: { id: expect.any(String), expiresAt: expect.any(String) },
      },
    ]);
    const names = setCookies(answer).map((cookie) => cookie.split('=')[0]);
    expect(names).toEqual(['better-auth.session_token', 'better-auth.device']);
    const bearer = { authorization: `Bearer ${answer.body.token}` };
    expect((await client.get('/get-session', bearer)).body.user.id).toBe(user.id);

    // R55: what other services are told of it
    const { body } = await client.get('/token', bearer).expect(200);
    expect(decodeJwt(body.token)).toMatchObject({ amr: ['pwd', 'sms', 'otp', 'mfa'] });
  });

  it('S3.31 a temp token that is missing is 400, and one that is none 401', async () => {
    for (const route of ['send-otp', 'verify-otp']) {
      const bodies = [{}, { tempToken: '' }, { tempToken: 'nonsense' }, { tempToken: null }];
      const answers = [];
      for (const body of bodies) {
        const { status, body: said } = await client.post(`/two-factor/${route}`, {
          ...body,
          ...(route === 'verify-otp' && { code: '123456' }),
        });
        answers.push([status, said.code]);
      }
      expect(answers).toEqual([
        [400, 'TEMP_TOKEN_REQUIRED'],
        [400, 'TEMP_TOKEN_REQUIRED'],
        [401, 'INVALID_TEMP_TOKEN'],
        [400, 'VALIDATION_ERROR'],
      ]);
    }
  });

  it('rememberMe of the sign-in is kept until its end', async () => {
    const { phoneNumber, password } = await client.signUpWithTwoFactor();
    const { body } = await client.passwordSignIn(phoneNumber, password, { rememberMe: false });
    const code = await client.secondFactorCodeFor(phoneNumber, body.tempToken);
    const answer = await client.post('/two-factor/verify-otp', { tempToken: body.tempToken, code });
    expect(setCookies(answer)[0]).not.toMatch(/max-age/i);
  });

  it('S4.29 temp_token and otp are read as other names', async () => {
    const { phoneNumber, password } = await client.signUpWithTwoFactor();
    const tempToken = await client.tempTokenFor(phoneNumber, password);
    const otp = await client.secondFactorCodeFor(phoneNumber, tempToken);
    const answer = await client.post('/two-factor/verify-otp', { temp_token: tempToken, otp });
    expect(answer.body.token).toEqual(expect.any(String));
  });

  it('a code alone does not sign in: who proves the number is told so, and the code is used up', async () => {
    const { phoneNumber, user } = await client.signUpWithTwoFactor();
    const sessionsBefore = await t.app.get(PhoneAuthService).listSessions(user.id);
    for (const body of [{}, { disableSession: true }]) {
      const code = await client.codeFor(phoneNumber);
      expect((await client.verify(phoneNumber, wrong(code))).body.code).toBe('INVALID_OTP');
      const answer = await client.verify(phoneNumber, code, body);
      expect([answer.status, answer.body.code]).toEqual([403, 'SECOND_FACTOR_REQUIRED']);
      expect(setCookies(answer)).toEqual([]);
      expect((await client.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
    }
    const code = await client.codeFor(phoneNumber);
    await client.post('/sign-in/phone-number', { phoneNumber, code }).expect(403);
    expect(await t.app.get(PhoneAuthService).listSessions(user.id)).toHaveLength(sessionsBefore.length);
  });

  it('R46, A48 a reset by the number that is the second factor is refused, to its owner alone', async () => {
    const { phoneNumber, password } = await client.signUpWithTwoFactor();
    const code = await client.resetCodeFor(phoneNumber);
    const guess = await client.resetPassword(phoneNumber, wrong(code), 'another horse');
    expect([guess.status, guess.body.code]).toEqual([400, 'INVALID_OTP']);
    const answer = await client.resetPassword(phoneNumber, code, 'another horse');
    expect([answer.status, answer.body.code]).toEqual([403, 'PHONE_NUMBER_IS_SECOND_FACTOR']);
    expect((await client.resetPassword(phoneNumber, code, 'another horse')).body.code).toBe('OTP_NOT_FOUND');

    expect((await client.passwordSignIn(phoneNumber, 'another horse')).status).toBe(401);
    expect((await client.passwordSignIn(phoneNumber, password)).body.requiresTwoFactor).toBe(true);
  });

  it('R46 support can turn it off, and then a reset works again', async () => {
    const { phoneNumber, user } = await client.signUpWithTwoFactor();
    await t.app.get(PhoneAuthService).setTwoFactor(user.id, false);
    await client
      .resetPassword(phoneNumber, await client.resetCodeFor(phoneNumber), 'another horse')
      .expect(200);
    expect((await client.passwordSignIn(phoneNumber, 'another horse')).body.token).toEqual(
      expect.any(String),
    );
  });

  it('turning it on and off takes the password and a recent code', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const { body } = await client.passwordSignIn(phoneNumber, password);
    const byPassword = { authorization: `Bearer ${body.token}` };
    const { bearer } = await client.signIn(phoneNumber);
    const change = async (route: string, given: string, headers: Record<string, string>) => {
      const answer = await client.post(`/two-factor/${route}`, { password: given }, headers);
      return [answer.status, answer.body.code ?? answer.body.user.twoFactorEnabled];
    };
    for (const [route, isOn] of [
      ['enable', true],
      ['disable', false],
    ] as const) {
      expect(await change(route, password, {})).toEqual([401, 'UNAUTHORIZED']);
      expect(await change(route, password, byPassword)).toEqual([403, 'RECENT_OTP_REQUIRED']);
      expect(await change(route, 'a wrong password', bearer)).toEqual([400, 'INVALID_PASSWORD']);
      expect(await change(route, password, bearer)).toEqual([200, isOn]);
    }
    t.clock.advance({ seconds: 300 });
    expect(await change('enable', password, bearer)).toEqual([403, 'RECENT_OTP_REQUIRED']);
  });

  it('without a password there is nothing to turn on', async () => {
    const { bearer } = await client.signIn();
    const answer = await client.post('/two-factor/enable', { password: 'correct horse' }, bearer);
    expect([answer.status, answer.body.code]).toEqual([400, 'CREDENTIAL_ACCOUNT_NOT_FOUND']);
  });

  it('turning it off ends sign-ins that wait for their code', async () => {
    const { phoneNumber, password, bearer } = await client.signUpWithTwoFactor();
    const tempToken = await client.tempTokenFor(phoneNumber, password);
    await client.post('/two-factor/disable', { password }, bearer).expect(200);
    expect((await client.post('/two-factor/send-otp', { tempToken })).body.code).toBe('INVALID_TEMP_TOKEN');
    expect((await client.passwordSignIn(phoneNumber, password)).body.token).toEqual(expect.any(String));
  });

  it('the flag is no field of a profile', async () => {
    const { bearer } = await client.signIn();
    for (const body of [{ twoFactorEnabled: true }, { two_factor_enabled: false }]) {
      const answer = await client.post('/update-user', body, bearer);
      expect([answer.status, answer.body.code]).toEqual([400, 'FIELD_NOT_ALLOWED']);
    }
    const phoneNumber = freshNumber();
    const signedUp = await client.verify(phoneNumber, await client.codeFor(phoneNumber), {
      twoFactorEnabled: true,
    });
    expect(signedUp.body.user.twoFactorEnabled).toBe(false);
  });

  it('R48 the number cannot be released while it is the second factor', async () => {
    const { bearer, password } = await client.signUpWithTwoFactor();
    const answer = await client.post('/update-user', { phoneNumber: null }, bearer);
    expect([answer.status, answer.body.code]).toEqual([403, 'PHONE_NUMBER_IS_SECOND_FACTOR']);
    await client.post('/two-factor/disable', { password }, bearer).expect(200);
    await client.post('/update-user', { phoneNumber: null }, bearer).expect(200);
  });

  it('R48 whoever changes it shows that he has the one before', async () => {
    const { bearer, phoneNumber, password } = await client.signUpWithTwoFactor();
    const next = freshNumber();
    t.clock.advance({ seconds: 300 });
    const link = async (headers: Record<string, string>) =>
      client.verify(next, await client.codeFor(next, headers), { updatePhoneNumber: true }, headers);
    const late = await link(bearer);
    expect([late.status, late.body.code]).toEqual([403, 'RECENT_OTP_REQUIRED']);

    const code = await client.stepUpCodeFor(phoneNumber, bearer);
    const { body } = await client.post('/step-up/verify', { code }, bearer).expect(200);
    expect((await link({ authorization: `Bearer ${body.token}` })).body.user).toMatchObject({
      phoneNumber: next,
      twoFactorEnabled: true,
    });
    expect((await client.passwordSignIn(next, password)).body.maskedPhoneNumber).toBe(
      `+1********${next.slice(-2)}`,
    );
  });

  it('R45, R53 a new password ends sign-ins that began with the old one', async () => {
    const { phoneNumber, password, bearer } = await client.signUpWithTwoFactor();
    const tempToken = await client.tempTokenFor(phoneNumber, password);
    const change = { currentPassword: password, newPassword: 'another horse' };
    await client.post('/change-password', change, bearer).expect(200);
    expect((await client.post('/two-factor/send-otp', { tempToken })).body.code).toBe('INVALID_TEMP_TOKEN');
  });

  it('8.23 an unverified number is no factor: the right password alone does not sign in either', async () => {
    const { phoneNumber, password, user } = await client.signUpWithTwoFactor();
    const tempToken = await client.tempTokenFor(phoneNumber, password);
    await t.app.get(PhoneUserStore).update(user.id, { phoneNumberVerified: false });
    for (const answer of [
      await client.post('/two-factor/send-otp', { tempToken }),
      await client.post('/two-factor/verify-otp', { tempToken, code: '123456' }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'SECOND_FACTOR_NOT_AVAILABLE']);
    }
    await expect(t.app.get(PhoneAuthService).setTwoFactor(user.id, true)).rejects.toMatchObject({
      code: 'SECOND_FACTOR_NOT_AVAILABLE',
    });
  });
});

/** A store of a host that has never heard of second factors. */
class OlderUserStore extends TypeOrmPhoneUserStore {
  override readonly projection = undefined as never;
  override async findById(id: string) {
    return without(await super.findById(id));
  }
  override async findByPhoneNumber(phoneNumber: Parameters<PhoneUserStore['findByPhoneNumber']>[0]) {
    return without(await super.findByPhoneNumber(phoneNumber));
  }
  override async create(...given: [NewPhoneUser]) {
    return without(await super.create(...given));
  }
  override async update(...given: Parameters<PhoneUserStore['update']>) {
    return without(await super.update(...given));
  }
}

function without(user: PhoneUser | null): PhoneUser | null {
  if (!user) return null;
  const { twoFactorEnabled: _, ...rest } = user;
  return rest;
}

describe.each(everyAdapterAndDatabase.slice(0, 1))('settings around a second factor, $name', (platform) => {
  it('a store that does not keep the flag cannot have it turned on', async () => {
    const t = await startOn(platform, {
      options: { rateLimit: false, providers: [{ provide: PhoneUserStore, useClass: OlderUserStore }] },
    });
    const client = api(t);
    const { phoneNumber, password } = await client.signUpWithPassword();
    const { bearer } = await client.signIn(phoneNumber);
    const answer = await client.post('/two-factor/enable', { password }, bearer);
    expect([answer.status, answer.body.code]).toEqual([403, 'SECOND_FACTOR_NOT_AVAILABLE']);
    await t.close();
  });

  it('8.23 without requireVerification, too, an unverified number lets nobody in by password alone', async () => {
    const t = await startOn(platform, { options: { rateLimit: false, requireVerification: false } });
    const client = api(t);
    const { phoneNumber, password, user } = await client.signUpWithTwoFactor();
    await t.app.get(PhoneUserStore).update(user.id, { phoneNumberVerified: false });
    const answer = await client.passwordSignIn(phoneNumber, password);
    expect([answer.status, answer.body.code]).toEqual([403, 'SECOND_FACTOR_NOT_AVAILABLE']);
    await t.close();
  });

  it('a number to which no message may go any more gets none', async () => {
    const t = await startOn(platform, { options: { rateLimit: false, numbers: { countries: ['GB'] } } });
    const user = await t.app.get(PhoneUserStore).create({
      phoneNumber: parseE164('+12025550123')!,
      phoneNumberVerified: true,
      name: 'Ada',
      email: null,
      fields: {},
    });
    const { tempToken } = await t.app.get(PhoneAuthService).startSecondFactor(user!.id);
    const answer = await api(t).post('/two-factor/send-otp', { tempToken });
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_PHONE_NUMBER']);
    await t.close();
  });

  it('R43 with bindToClient the code works for the client that asked for it', async () => {
    const t = await startOn(platform, { options: { rateLimit: false, bindToClient: true } });
    const service = t.app.get(PhoneAuthService);
    const user = await t.app.get(PhoneUserStore).create({
      phoneNumber: parseE164('+12025550123')!,
      phoneNumberVerified: true,
      name: 'Ada',
      email: null,
      fields: {},
    });
    const { tempToken } = await service.startSecondFactor(user!.id);
    const sent = await api(t).post('/two-factor/send-otp', { tempToken });
    await t.settled();
    const code = t.inbox.lastCodeFor('+12025550123');
    const verify = (more: object) => api(t).post('/two-factor/verify-otp', { tempToken, code, ...more });
    expect((await verify({})).body).toMatchObject({ code: 'INVALID_OTP' });
    expect((await verify({ challenge: sent.body.challenge })).status).toBe(200);
    await t.close();
  });
});
