import { describe, expect, it } from 'vitest';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { api, freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(everyAdapterAndDatabase)('send-otp on $name', (platform) => {
  const { t, client } = useApp(platform);

  it('S1.13, S4.9 answers 200 with success, message and expiresIn 300', async () => {
    const answer = await client.sendOtp(freshNumber());
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      message: 'code sent',
      expiresIn: 300,
      resendAfter: 0,
      challenge: expect.any(String),
    });
  });

  it('S1.7, S4.4 sends six digits by default', async () => {
    expect(await client.codeFor(freshNumber())).toMatch(/^\d{6}$/);
  });

  it('S1.4 names the owner of a known number, and nobody for an unknown one', async () => {
    const { phoneNumber, user } = await client.signIn();
    await client.sendOtp(phoneNumber);
    expect(t.inbox.messagesFor(phoneNumber).map((message) => message.userId)).toEqual([undefined, user.id]);
  });

  it('A36 answers a known and an unknown number alike', async () => {
    const { phoneNumber } = await client.signIn();
    const known = await client.sendOtp(phoneNumber);
    const unknown = await client.sendOtp(freshNumber());
    expect(known.status).toBe(unknown.status);
    // every code has a challenge of its own
    expect({ ...known.body, challenge: '' }).toEqual({ ...unknown.body, challenge: '' });
    expect(known.body.challenge).toHaveLength(unknown.body.challenge.length);
    const names = (headers: object) => Object.keys(headers).toSorted();
    expect(names(known.headers)).toEqual(names(unknown.headers));
  });

  it('S1.32 a number that is none is 400 INVALID_PHONE_NUMBER, on every route that takes one', async () => {
    for (const phoneNumber of ['not a number', '+1', '12025550123', '+12025550123;ext=1', '+999999999']) {
      for (const answer of [
        await client.sendOtp(phoneNumber),
        await client.verify(phoneNumber, '000000'),
        await client.post('/sign-in/phone-number', { phoneNumber, code: '000000' }),
        await client.post('/sign-in/phone-number', { phoneNumber, password: 'password' }),
      ]) {
        expect([answer.status, answer.body.code], phoneNumber).toEqual([400, 'INVALID_PHONE_NUMBER']);
      }
    }
  });

  it('S1.33 a missing or empty field is 400 and named', async () => {
    for (const [path, body, field] of [
      ['/phone-number/send-otp', {}, 'phoneNumber'],
      ['/phone-number/send-otp', { phoneNumber: '' }, 'phoneNumber'],
      ['/phone-number/send-otp', { phoneNumber: null }, 'phoneNumber'],
      ['/phone-number/verify', { code: '000000' }, 'phoneNumber'],
      ['/phone-number/verify', { phoneNumber: freshNumber() }, 'code'],
      ['/phone-number/verify', { phoneNumber: freshNumber(), code: '' }, 'code'],
      ['/sign-in/phone-number', { code: '000000' }, 'phoneNumber'],
    ] as const) {
      const answer = await client.post(path, body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ statusCode: 400, code: 'VALIDATION_ERROR', error: 'Bad Request' });
      expect(answer.body.message).toContain(`[body.${field}]`);
    }
  });

  it('a field that the route does not know is 400 and named', async () => {
    const { bearer } = await client.signIn();
    const phoneNumber = freshNumber();
    for (const [path, body] of [
      ['/phone-number/send-otp', { phoneNumber }],
      ['/phone-number/verify', { phoneNumber, code: '000000' }],
      ['/sign-in/phone-number', { phoneNumber, code: '000000' }],
      ['/phone-number/request-password-reset', { phoneNumber }],
      ['/phone-number/reset-password', { phoneNumber, otp: '000000', newPassword: 'correct horse' }],
      ['/update-user', { name: 'Ada' }],
      ['/change-password', { currentPassword: 'correct horse', newPassword: 'another horse' }],
      ['/revoke-session', { token: 'x' }],
    ] as const) {
      const answer = await client.post(path, { ...body, isAdmin: true }, bearer);
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('isAdmin')]);
    }
    expect(t.inbox.messagesFor(phoneNumber)).toEqual([]);
  });

  it('S4.48 broken JSON and wrong types are 400 without internals', async () => {
    const json = { 'content-type': 'application/json' };
    for (const body of [
      '{bad',
      '"text"',
      '12',
      'null',
      '[]',
      '{"phoneNumber":["+12025550123"]}',
      '{"phoneNumber":{}}',
    ]) {
      const answer = await client.post('/phone-number/send-otp', body, json);
      expect(answer.status, body).toBe(400);
      expect(Object.keys(answer.body).toSorted()).toEqual(['code', 'error', 'message', 'statusCode']);
      expect(answer.text).not.toMatch(/position|token|node_modules|\bat \//i);
    }
  });

  /** A send whose message no sender takes. */
  const sendInVain = async (phoneNumber: string) => {
    t.inbox.failWith(new Error('the provider is down'));
    const answer = await client.sendOtp(phoneNumber);
    await t.settled();
    t.inbox.failWith(undefined);
    return answer;
  };

  it('S1.35, R40 a sender that fails changes nothing about the answer, and the earlier code signs in', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    expect((await sendInVain(phoneNumber)).status).toBe(200);
    await client.verify(phoneNumber, code).expect(200);
  });

  it('8.11 a failed first send leaves nothing behind', async () => {
    const phoneNumber = freshNumber();
    await sendInVain(phoneNumber);
    const answer = await client.verify(phoneNumber, '000000');
    expect(answer.body.code).toBe('OTP_NOT_FOUND');
  });

  it('8.11 a failed send gives back no guesses', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    await client.verify(phoneNumber, wrong(code)).expect(400);
    await sendInVain(phoneNumber);
    const second = await client.verify(phoneNumber, wrong(code));
    expect(second.body.attemptsRemaining).toBe(1);
  });

  it('S4.28, 8.19 two spellings of a number are one number', async () => {
    const phoneNumber = freshNumber();
    const spelled = `${phoneNumber.slice(0, 2)} (${phoneNumber.slice(2, 5)}) ${phoneNumber.slice(5, 8)}-${phoneNumber.slice(8)}`;
    const code = await client.codeFor(spelled);
    const first = await client.verify(phoneNumber, code).expect(200);
    const again = await client.verify(spelled, await client.codeFor(phoneNumber)).expect(200);
    expect(again.body.user.id).toBe(first.body.user.id);
    expect(again.body.user.phoneNumber).toBe(phoneNumber);
  });
});

describe.each(everyAdapterAndDatabase)('send-otp with options on $name', (platform) => {
  const withOptions = async (
    options: object,
    run: (client: ReturnType<typeof api>, t: TestApp) => Promise<void>,
  ) => {
    const t = await startOn(platform, { options: { rateLimit: false, ...options } });
    try {
      await run(api(t), t);
    } finally {
      await t.close();
    }
  };

  it('S2.9 createUserOn: send makes the account with the first message, unverified until the code comes back', () =>
    withOptions({ createUserOn: 'send' }, async (client, t) => {
      const phoneNumber = freshNumber();
      await Promise.all([client.sendOtp(phoneNumber), client.sendOtp(phoneNumber)]);
      await t.settled();
      const ids = t.inbox.messagesFor(phoneNumber).map((message) => message.userId);
      expect(new Set(ids).size).toBe(1);
      // which of the two messages came last says nothing of which code is the newer one
      const answer = await client.verify(phoneNumber, await client.codeFor(phoneNumber));
      expect(answer.body).toMatchObject({
        isNewUser: false,
        user: { id: ids[0], phoneNumberVerified: true },
      });
    }));

  it('S1.6 expiresIn: 60 is honoured and echoed', () =>
    withOptions({ expiresIn: 60 }, async (client, t) => {
      const phoneNumber = freshNumber();
      const answer = await client.sendOtp(phoneNumber);
      expect(answer.body.expiresIn).toBe(60);
      t.clock.advance({ seconds: 60 });
      const late = await client.verify(phoneNumber, t.inbox.lastCodeFor(phoneNumber));
      expect(late.body.code).toBe('OTP_EXPIRED');
    }));

  it.each([4, 8])('S1.8 otpLength: %i is honoured', (otpLength) =>
    withOptions({ otpLength }, async (client) => {
      const phoneNumber = freshNumber();
      const code = await client.codeFor(phoneNumber);
      expect(code).toMatch(new RegExp(`^\\d{${otpLength}}$`));
      await client.verify(phoneNumber, code).expect(200);
    }),
  );

  it.each([
    ['sync', (phoneNumber: string) => !phoneNumber.endsWith('0')],
    ['async', (phoneNumber: string) => Promise.resolve(!phoneNumber.endsWith('0'))],
  ])(
    'S1.31, S4.44 a %s phoneNumberValidator that says no is 400 INVALID_PHONE_NUMBER on every route that takes a number',
    (_, phoneNumberValidator) =>
      withOptions({ phoneNumberValidator }, async (client) => {
        const phoneNumber = '+12025550120';
        for (const answer of [
          await client.sendOtp(phoneNumber),
          await client.verify(phoneNumber, '000000'),
          await client.post('/sign-in/phone-number', { phoneNumber, code: '000000' }),
          await client.post('/sign-in/phone-number', { phoneNumber, password: 'password' }),
        ]) {
          expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_PHONE_NUMBER']);
        }
        await client.sendOtp('+12025550121').expect(200);
      }),
  );
});
