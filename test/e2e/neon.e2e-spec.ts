import { neon, PhoneUserStore } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/options/resolve-config.js';
import { Sessions } from '../../src/sessions/sessions.js';
import { api, freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { startWithWebhooks } from '../support/webhook-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const KEY = 'the-key-of-an-operator-who-came-from-neon';
const API = '/auth/projects/shiny-wind-028834/branches/br-aged-salad-637688/auth';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
beforeEach(() => receiver.reset());
afterAll(() => receiver.close());

describe.each(everyAdapterAndDatabase)('neon() on $name', (platform) => {
  let t: TestApp;
  let client: ReturnType<typeof api>;
  beforeAll(async () => {
    t = await startWithWebhooks(platform, {
      trustProxy: true,
      options: neon({
        admin: {
          apiKeys: [KEY],
          project: { projectId: 'shiny-wind-028834', branchId: 'br-aged-salad-637688' },
        },
        webhooks: { allowInsecure: true },
      }),
    });
    client = api(t);
  });
  afterAll(() => t.close());

  /** As Neon's guide has it: `curl -X PATCH … -H "Authorization: Bearer $NEON_API_KEY" -d …`. */
  const operator = (method: 'get' | 'patch' | 'put', path: string, body?: object) =>
    request(t.app.getHttpServer())[method](`${API}${path}`).set('authorization', `Bearer ${KEY}`).send(body);
  let visitors = 0;
  /** Somebody else each time: the limit per address is on. */
  const elsewhere = () => ({ 'x-forwarded-for': `203.0.113.${(visitors += 1)}` });
  const store = () => t.app.get(PhoneUserStore, { strict: false });
  /** An account that is there already, as there is no sign-up. */
  const account = async (phoneNumberVerified: boolean) => {
    const phoneNumber = freshNumber() as never;
    const user = await store().create({
      phoneNumber,
      phoneNumberVerified,
      name: 'Ada',
      email: null,
      fields: {},
    });
    return { phoneNumber: phoneNumber as string, id: user!.id };
  };
  const codeFor = async (phoneNumber: string, headers: Record<string, string> = elsewhere()) => {
    await client.sendOtp(phoneNumber, headers).expect(200);
    return receiver.events('send.otp').at(-1)!.event_data.otp_code;
  };
  const verify = (phoneNumber: string, code: string, more: object = {}, headers: object = {}) =>
    client.verify(phoneNumber, code, more, { ...elsewhere(), ...headers });

  it('S5.10, S5.15 is switched off, and then on, and sends codes once it is said where to', async () => {
    expect((await operator('get', '/plugins/phone-number')).body).toEqual({
      enabled: false,
      otp_expires_in: 300,
    });
    const { phoneNumber } = await account(true);
    await client.sendOtp(phoneNumber, elsewhere()).expect(404);

    await operator('patch', '/plugins/phone-number', { enabled: true }).expect(200, {
      enabled: true,
      otp_expires_in: 300,
    });
    const nowhere = await client.sendOtp(phoneNumber, elsewhere());
    expect([nowhere.status, nowhere.body.code]).toEqual([501, 'SEND_OTP_NOT_IMPLEMENTED']);

    await operator('put', '/webhooks', {
      enabled: true,
      webhook_url: receiver.url(),
      enabled_events: ['send.otp'],
      timeout_seconds: 5,
    }).expect(200);
    const answer = await verify(phoneNumber, await codeFor(phoneNumber));
    expect([answer.status, answer.body.user.phoneNumber]).toEqual([200, phoneNumber]);
    expect(receiver.deliveries).toHaveLength(1);
  });

  it('S5.1 the right code for a number that nobody has is 403, and makes nobody', async () => {
    const phoneNumber = freshNumber();
    const answer = await verify(phoneNumber, await codeFor(phoneNumber));
    expect([answer.status, answer.body.code]).toEqual([403, 'PHONE_NUMBER_SIGN_UP_DISABLED']);
    expect(await store().findByPhoneNumber(phoneNumber as never)).toBeNull();
  });

  it('S5.2 the right code for a number that is linked and not verified is 401; a wrong one tells nothing of that', async () => {
    const { phoneNumber, id } = await account(false);
    const code = await codeFor(phoneNumber);
    const guess = await verify(phoneNumber, wrong(code));
    expect([guess.status, guess.body.code]).toEqual([400, 'INVALID_OTP']);
    for (const path of ['/phone-number/verify', '/sign-in/phone-number']) {
      const answer = await client.post(path, { phoneNumber, code }, elsewhere());
      expect([answer.status, answer.body.code]).toEqual([401, 'PHONE_NUMBER_NOT_VERIFIED']);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect((await store().findById(id))?.phoneNumberVerified).toBe(false);
  });

  it('S5.2, S5.39 whoever is signed in another way verifies the number, which then signs in', async () => {
    const { phoneNumber, id } = await account(false);
    const { token } = await t.app
      .get(Sessions, { strict: false })
      .start({ userId: id, amr: 'pwd', remembered: true, ipAddress: '', userAgent: '' });
    const bearer = { ...elsewhere(), authorization: `Bearer ${token}` };
    const linked = await verify(
      phoneNumber,
      await codeFor(phoneNumber, bearer),
      { updatePhoneNumber: true },
      bearer,
    );
    expect([linked.status, linked.body.user.phoneNumberVerified]).toEqual([200, true]);
    expect((await verify(phoneNumber, await codeFor(phoneNumber))).status).toBe(200);
  });

  it('S5.3 on every route a number is + and digits, and nothing else', async () => {
    const { phoneNumber } = await account(true);
    const digits = phoneNumber.slice(2);
    for (const spelling of [
      `+1 ${digits}`,
      `+1-${digits}`,
      `+1(${digits.slice(0, 3)})${digits.slice(3)}`,
      ` ${phoneNumber}`,
      `${phoneNumber}\n`,
      phoneNumber.slice(1),
      `00${phoneNumber.slice(1)}`,
      `+0${digits}`,
      '+1234567890123456',
      '+1',
      '＋12025550123',
    ]) {
      for (const [path, body] of [
        ['/phone-number/send-otp', {}],
        ['/phone-number/verify', { code: '123456' }],
        ['/sign-in/phone-number', { code: '123456' }],
        ['/sign-in/phone-number', { password: 'correct horse' }],
        ['/phone-number/request-password-reset', {}],
        ['/phone-number/reset-password', { otp: '123456', newPassword: 'correct horse' }],
      ] as const) {
        const answer = await client.post(path, { phoneNumber: spelling, ...body }, elsewhere());
        expect([spelling, path, answer.status, answer.body.code]).toEqual([
          spelling,
          path,
          400,
          'INVALID_PHONE_NUMBER',
        ]);
      }
    }
  });

  it('S5.4 from two to fifteen digits are looked up; a message needs a number that exists', async () => {
    for (const number of ['+12', '+123456789012345']) {
      expect((await verify(number, '123456')).body.code).toBe('OTP_NOT_FOUND');
      expect((await client.sendOtp(number, elsewhere())).body.code).toBe('INVALID_PHONE_NUMBER');
    }
  });

  it('S5.6 ten requests a minute of one address, over all routes of the group', async () => {
    const [one, other] = [elsewhere(), elsewhere()];
    const paths = ['send-otp', 'verify', 'request-password-reset', 'reset-password'];
    const ask = async (n: number, headers: Record<string, string>) => {
      const path = `/phone-number/${paths[n % paths.length]}`;
      return (await client.post(path, { phoneNumber: freshNumber() }, headers)).status;
    };
    for (let n = 0; n < 10; n += 1) expect(await ask(n, one)).not.toBe(429);
    for (let n = 0; n < 4; n += 1) expect(await ask(n, one)).toBe(429);
    expect(await ask(0, other)).toBe(200);
  });

  it('S5.8 after three wrong codes the code is dead, and a new one works', async () => {
    const { phoneNumber } = await account(true);
    const code = await codeFor(phoneNumber);
    expect(code).toMatch(/^\d{6}$/);
    for (const attemptsRemaining of [2, 1, 0]) {
      expect((await verify(phoneNumber, wrong(code))).body).toMatchObject({
        code: 'INVALID_OTP',
        attemptsRemaining,
      });
    }
    expect((await verify(phoneNumber, code)).body.code).toBe('TOO_MANY_ATTEMPTS');
    expect((await verify(phoneNumber, await codeFor(phoneNumber))).status).toBe(200);
  });
});

describe('neon()', () => {
  const lengths = (otpLength: number) => () => neon({ otpLength: otpLength as 6 });

  it.each([4, 5, 7, 8])('S5.5 refuses codes of %d digits', (otpLength) => {
    expect(lengths(otpLength)).toThrow(/neon\.otpLength is \d: use 6/);
  });

  it('S5.5 pins six, and needs nothing else', () => {
    expect(neon({ otpLength: 6 })).toEqual(neon());
    expect(resolveConfig({ secret: 'the secret of this application, long enough', ...neon() })).toMatchObject(
      {
        otpLength: 6,
        allowedAttempts: 3,
        enabled: false,
        delivery: 'await',
        rateLimit: { window: 60_000, max: 10 },
        webhooks: { inUse: true, url: undefined },
      },
    );
  });

  it('refuses what it does not know', () => {
    expect(() => neon({ sendOTP: () => {} } as never)).toThrow(/neon\.sendOTP is unknown/);
  });
});
