import { betterAuth, kavachos, kernia, nevr, type PhoneAuthOptions, SmsSender } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { CallbackSmsSender } from '../../src/sms/callback-sms-sender.js';
import { api, freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, platforms, startOn } from '../support/platforms.js';

type Platform = (typeof platforms)[number];

/** An application whose messages go through the preset's own callback. */
function startWith(platform: Platform, preset: PhoneAuthOptions): Promise<TestApp> {
  const { sendOTP } = preset;
  if (!sendOTP) throw new Error('the preset sends nothing');
  return startOn(platform, {
    options: { path: 'api/auth', ...preset },
    override: (builder) => builder.overrideProvider(SmsSender).useValue(new CallbackSmsSender({ sendOTP })),
  });
}

describe.each(everyAdapterAndDatabase)('kernia() on $name', (platform) => {
  let close = () => Promise.resolve();
  afterEach(() => close());

  const start = async (options: Partial<Parameters<typeof kernia>[0]> = {}) => {
    const sent: [phone: string, message: string][] = [];
    const preset = kernia({ sendSms: (phone, message) => sent.push([phone, message]), ...options });
    const t = await startWith(platform, preset);
    close = () => t.close();
    return { client: api(t, '/api/auth'), sent };
  };

  it('S4.1 sendSms gets the number and the whole text, "Your code is <code>" by default', async () => {
    const { client, sent } = await start();
    const phoneNumber = freshNumber();
    await client.sendOtp(phoneNumber).expect(200);
    expect(sent).toEqual([[phoneNumber, expect.stringMatching(/^Your code is \d{6}$/)]]);
  });

  it('S4.6 disableSignUp is false by default: an unknown number signs up', async () => {
    const { client, sent } = await start();
    const phoneNumber = freshNumber();
    await client.sendOtp(phoneNumber);
    const answer = await client.verify(phoneNumber, sent[0]?.[1].slice(-6) ?? '');
    expect(answer.body).toMatchObject({ status: true, isNewUser: true });
  });

  it('S4.7 disableSignUp: true answers 403 PHONE_NUMBER_SIGN_UP_DISABLED', async () => {
    const { client, sent } = await start({ disableSignUp: true });
    const phoneNumber = freshNumber();
    await client.sendOtp(phoneNumber);
    const answer = await client.verify(phoneNumber, sent[0]?.[1].slice(-6) ?? '');
    expect([answer.status, answer.body.code]).toEqual([403, 'PHONE_NUMBER_SIGN_UP_DISABLED']);
  });

  it('S4.30 each route has its own limit per minute: send 3, verify 5, sign-in 10, reset request 3, reset 5', async () => {
    const { client } = await start();
    const allowed = async (path: string, body: object) => {
      for (let count = 0; ; count++) {
        if ((await client.post(path, { phoneNumber: freshNumber(), ...body })).status === 429) return count;
      }
    };
    expect(await allowed('/phone-number/send-otp', {})).toBe(3);
    expect(await allowed('/phone-number/verify', { code: '000000' })).toBe(5);
    expect(await allowed('/sign-in/phone-number', { code: '000000' })).toBe(10);
    expect(await allowed('/phone-number/request-password-reset', {})).toBe(3);
    expect(
      await allowed('/phone-number/reset-password', { otp: '000000', newPassword: 'correct horse' }),
    ).toBe(5);
  });

  it('S4.4, S4.5 otpLength and expiresIn are options', async () => {
    const { client, sent } = await start({ otpLength: 8, expiresIn: 120 });
    const answer = await client.sendOtp(freshNumber());
    expect(answer.body.expiresIn).toBe(120);
    expect(sent[0]?.[1]).toMatch(/ \d{8}$/);
  });
});

describe.each(everyAdapterAndDatabase)('nevr() on $name', (platform) => {
  it('S1.17, S1.18, S1.19 verify with a session adds the number to that account, without being asked to', async () => {
    const t = await startOn(platform, { options: { ...nevr({ sendOTP: () => {} }), rateLimit: false } });
    const client = api(t);
    const [me, other] = [await client.signIn(), await client.signIn()];
    expect(me.cookie).toMatch(/^nevr\.session_token=/);

    const phoneNumber = freshNumber();
    const answer = await client.verify(
      phoneNumber,
      await client.codeFor(phoneNumber, me.bearer),
      {},
      me.bearer,
    );
    expect(answer.body).toMatchObject({
      success: true,
      verified: true,
      user: { id: me.user.id, phoneNumber, phoneNumberVerified: true },
    });

    const taken = await client.verify(
      other.phoneNumber,
      await client.codeFor(other.phoneNumber, me.bearer),
      {},
      me.bearer,
    );
    expect([taken.status, taken.body.code]).toEqual([400, 'PHONE_NUMBER_EXIST']);
    expect((await client.get('/get-session', me.bearer)).body.user.phoneNumber).toBe(phoneNumber);
    expect((await client.get('/get-session', other.bearer)).body.user.phoneNumber).toBe(other.phoneNumber);
    await t.close();
  });
});

describe.each(everyAdapterAndDatabase)('betterAuth() on $name', (platform) => {
  it('8.10 an unknown number signs up with signUpOnVerification only; without it 403, not 500', async () => {
    const withSignUp = await startOn(platform, {
      options: {
        path: 'api/auth',
        ...betterAuth({
          sendOTP: () => {},
          signUpOnVerification: { getTempEmail: (phone) => `${phone}@example.com` },
        }),
      },
    });
    expect((await api(withSignUp, '/api/auth').signIn()).user).toMatchObject({
      email: expect.stringMatching(/@example\.com$/),
    });
    await withSignUp.close();

    const without = await startOn(platform, {
      options: { path: 'api/auth', ...betterAuth({ sendOTP: () => {} }) },
    });
    const client = api(without, '/api/auth');
    const phoneNumber = freshNumber();
    const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
    expect([answer.status, answer.body.code]).toEqual([403, 'PHONE_NUMBER_SIGN_UP_DISABLED']);
    await without.close();
  });
});

describe.each(everyAdapterAndDatabase)('kavachos() on $name', (platform) => {
  let close = () => Promise.resolve();
  afterEach(() => close());

  const start = async (options: Partial<Parameters<typeof kavachos>[0]> = {}) => {
    const sent: [phone: string, code: string][] = [];
    const onSendCode = (...message: [phone: string, code: string]) => sent.push(message);
    const t = await startWith(platform, kavachos({ onSendCode, ...options }));
    close = () => t.close();
    const { post } = api(t, '/api/auth');
    const codeFor = async (phone: string) => {
      await post('/phone/send-code', { phone }).expect(200);
      await t.settled();
      return sent.at(-1)?.[1] ?? '';
    };
    const verify = (phone: string, code: string) => post('/phone/verify-code', { phone, code });
    return { t, sent, codeFor, verify };
  };

  it('S2.1, S2.2 boots with onSendCode alone, which gets the number in E.164 form and the digits as text', async () => {
    const { sent, codeFor, verify } = await start();
    const phone = freshNumber();
    const code = await codeFor(phone);
    expect(sent).toEqual([[phone, expect.stringMatching(/^\d{6}$/)]]);
    await verify(phone, code).expect(200);
  });

  it('S2.3, S2.4, S2.5 codeLength, codeExpiry in seconds and maxAttempts are honoured', async () => {
    const { t, codeFor, verify } = await start({ codeLength: 8, codeExpiry: 60, maxAttempts: 2 });
    const [inTime, late, used] = [freshNumber(), freshNumber(), freshNumber()];
    const code = await codeFor(inTime);
    expect(code).toMatch(/^\d{8}$/);
    t.clock.advance({ seconds: 59 });
    await verify(inTime, code).expect(200);

    const old = await codeFor(late);
    t.clock.advance({ seconds: 60 });
    expect((await verify(late, old)).body.code).toBe('CODE_EXPIRED');

    const right = await codeFor(used);
    for (let i = 0; i < 2; i += 1) await verify(used, wrong(right)).expect(401);
    expect((await verify(used, right)).body.code).toBe('INVALID_CODE');
  });
});
