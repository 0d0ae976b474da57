import { PhoneUserStore } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { describe, expect, it } from 'vitest';
import { parseE164 } from '../../src/phone/e164.js';
import { api, freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(everyAdapterAndDatabase)('password reset on $name', (platform) => {
  const { t, client } = useApp(platform);

  const request = async (phoneNumber: string) => {
    const answer = await client.post('/phone-number/request-password-reset', { phoneNumber });
    await t.settled();
    return answer;
  };
  const unverified = async () => {
    const phoneNumber = freshNumber();
    const number = parseE164(phoneNumber);
    if (!number) throw new Error(`${phoneNumber} is no number`);
    await t.app
      .get(PhoneUserStore)
      .create({ phoneNumber: number, phoneNumberVerified: false, name: 'Ada', email: null, fields: {} });
    return phoneNumber;
  };

  it('S1.20, S4.15 request-password-reset answers success and status, and sends a code of its own kind', async () => {
    const { phoneNumber, user } = await client.signIn();
    const answer = await request(phoneNumber);
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, status: true, expiresIn: 300, resendAfter: 0, challenge: expect.any(String) },
    ]);
    expect(t.inbox.messagesFor(phoneNumber).at(-1)).toMatchObject({
      purpose: 'reset-password',
      userId: user.id,
      text: expect.stringMatching(/^Password reset code: \d{6}$/),
    });
  });

  it('S1.21, S1.22, 8.12, R40 unknown and unverified numbers get the same status, body and headers, and no message', async () => {
    const { phoneNumber } = await client.signIn();
    const known = await request(phoneNumber);
    for (const other of [freshNumber(), await unverified()]) {
      const answer = await request(other);
      // every code has a challenge of its own
      expect([answer.status, { ...answer.body, challenge: '' }]).toEqual([
        known.status,
        { ...known.body, challenge: '' },
      ]);
      expect(Object.keys(answer.headers).toSorted()).toEqual(Object.keys(known.headers).toSorted());
      expect(t.inbox.messagesFor(other)).toEqual([]);
    }
  });

  it('R41, 8.12 a guess at the code of an unknown number is answered as for a known one', async () => {
    const [known, unknown] = [(await client.signIn()).phoneNumber, freshNumber()];
    const answers = [];
    for (const phoneNumber of [known, unknown]) {
      await request(phoneNumber);
      const seen = [];
      for (let i = 0; i < 5; i++) {
        const { status, body } = await client.resetPassword(phoneNumber, '000000', 'correct horse');
        seen.push([status, body.code, body.attemptsRemaining]);
      }
      answers.push(seen);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it('S1.23, S1.24, S4.16 the right code sets the password: the new one signs in, the old one does not', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword('first password');
    const answer = await client.resetPassword(
      phoneNumber,
      await client.resetCodeFor(phoneNumber),
      'new-pass',
    );
    expect([answer.status, answer.body]).toEqual([200, { success: true, status: true }]);
    expect((await client.passwordSignIn(phoneNumber, 'new-pass')).status).toBe(200);
    expect((await client.passwordSignIn(phoneNumber, password)).status).toBe(401);
  });

  it('S1.25, S4.17 it makes the credential where there was none', async () => {
    const { phoneNumber } = await client.signIn();
    expect((await client.passwordSignIn(phoneNumber, 'correct horse')).status).toBe(401);
    await client
      .resetPassword(phoneNumber, await client.resetCodeFor(phoneNumber), 'correct horse')
      .expect(200);
    expect((await client.passwordSignIn(phoneNumber, 'correct horse')).status).toBe(200);
  });

  it('S1.24, S4.18, 8.9 a password that is too short or too long is 400, and the code stays good', async () => {
    const { phoneNumber } = await client.signIn();
    const code = await client.resetCodeFor(phoneNumber);
    for (const [password, expected] of [
      ['7 chars', 'PASSWORD_TOO_SHORT'],
      ['x'.repeat(129), 'PASSWORD_TOO_LONG'],
      ['👩‍🚀', 'PASSWORD_TOO_SHORT'],
    ] as const) {
      for (let i = 0; i < 2; i++) {
        const answer = await client.resetPassword(phoneNumber, code, password);
        expect([answer.status, answer.body.code]).toEqual([400, expected]);
      }
    }
    expect((await client.resetPassword(phoneNumber, code, 'x'.repeat(128))).status).toBe(200);
  });

  it('S1.26, A17, 8.21 a sign-in code resets nothing, and a reset code signs nobody in', async () => {
    const { phoneNumber } = await client.signIn();
    const signIn = await client.codeFor(phoneNumber);
    let reset = await client.resetCodeFor(phoneNumber);
    while (reset === signIn) reset = await client.resetCodeFor(phoneNumber);
    const swapped = [
      await client.resetPassword(phoneNumber, signIn, 'correct horse'),
      await client.verify(phoneNumber, reset),
    ];
    expect(swapped.map((answer) => answer.body.code)).toEqual(['INVALID_OTP', 'INVALID_OTP']);
    await client.verify(phoneNumber, signIn).expect(200);
    expect((await client.resetPassword(phoneNumber, reset, 'correct horse')).status).toBe(200);
  });

  it('8.21 a number with a suffix is no number', async () => {
    const answer = await client.sendOtp('+12025550123-request-password-reset');
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_PHONE_NUMBER']);
  });

  it('S1.27 a wrong code is 400 INVALID_OTP, an expired one OTP_EXPIRED', async () => {
    const { phoneNumber } = await client.signIn();
    const code = await client.resetCodeFor(phoneNumber);
    expect((await client.resetPassword(phoneNumber, wrong(code), 'correct horse')).body.code).toBe(
      'INVALID_OTP',
    );
    t.clock.advance({ seconds: 300 });
    expect((await client.resetPassword(phoneNumber, code, 'correct horse')).body.code).toBe('OTP_EXPIRED');
  });

  it('S4.22 three wrong codes lock it: 403, then there is no code', async () => {
    const { phoneNumber } = await client.signIn();
    const code = await client.resetCodeFor(phoneNumber);
    const codes = [];
    for (const guess of [wrong(code), wrong(code), wrong(code), code, code]) {
      codes.push((await client.resetPassword(phoneNumber, guess, 'correct horse')).body.code);
    }
    expect(codes).toEqual([
      'INVALID_OTP',
      'INVALID_OTP',
      'INVALID_OTP',
      'TOO_MANY_ATTEMPTS',
      'OTP_NOT_FOUND',
    ]);
  });

  it('8.20, A47 every session of the user ends, and every other open code of the number', async () => {
    const first = await client.signIn();
    const second = await client.signIn(first.phoneNumber);
    const open = await client.codeFor(first.phoneNumber);
    await client
      .resetPassword(first.phoneNumber, await client.resetCodeFor(first.phoneNumber), 'correct horse')
      .expect(200);
    for (const { bearer } of [first, second])
      expect((await client.get('/get-session', bearer)).text).toBe('null');
    expect((await client.verify(first.phoneNumber, open)).body.code).toBe('OTP_NOT_FOUND');
  });

  it('R40 a message that cannot be sent is not the caller’s to know: its code is in force, as where nobody has the number', async () => {
    const { phoneNumber } = await client.signIn();
    const code = await client.resetCodeFor(phoneNumber);
    t.inbox.failWith(new Error('the provider is down'));
    expect((await request(phoneNumber)).status).toBe(200);
    t.inbox.failWith(undefined);
    const guess = await client.resetPassword(phoneNumber, code, 'correct horse');
    expect(guess.body).toMatchObject({ code: 'INVALID_OTP', attemptsRemaining: 2 });
    await client
      .resetPassword(phoneNumber, await client.resetCodeFor(phoneNumber), 'correct horse')
      .expect(200);
  });

  it('8.2 twenty parallel resets with one right code: exactly one succeeds', async () => {
    const { phoneNumber } = await client.signIn();
    const code = await client.resetCodeFor(phoneNumber);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.resetPassword(phoneNumber, code, `password number ${i}`)),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.every((answer) => answer.status < 500)).toBe(true);
  });
});

describe('password reset with options', () => {
  const withOptions = async (
    options: object,
    run: (client: ReturnType<typeof api>, t: TestApp) => Promise<void>,
  ) => {
    const t = await startOn(
      { adapter: 'express', database: 'sqlite' },
      { options: { rateLimit: false, ...options } },
    );
    await run(api(t), t);
    await t.close();
  };

  it('password.accept has the last word, before the code is touched', () =>
    withOptions(
      { password: { accept: (password: string) => Promise.resolve(password !== 'password1') } },
      async (client) => {
        const { phoneNumber } = await client.signIn();
        const code = await client.resetCodeFor(phoneNumber);
        for (let i = 0; i < 4; i++) {
          const answer = await client.resetPassword(phoneNumber, code, 'password1');
          expect([answer.status, answer.body.code]).toEqual([400, 'PASSWORD_TOO_WEAK']);
        }
        expect((await client.resetPassword(phoneNumber, code, 'password2')).status).toBe(200);
      },
    ));

  it('requireVerification: false sends to a number that is not verified yet', () =>
    withOptions({ requireVerification: false }, async (client, t) => {
      const number = parseE164(freshNumber());
      if (!number) throw new Error('no number');
      await t.app
        .get(PhoneUserStore)
        .create({ phoneNumber: number, phoneNumberVerified: false, name: 'Ada', email: null, fields: {} });
      expect(
        (await client.resetPassword(number, await client.resetCodeFor(number), 'correct horse')).status,
      ).toBe(200);
      expect((await client.passwordSignIn(number, 'correct horse')).status).toBe(200);
    }));
});
