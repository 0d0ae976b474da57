import { Logger } from '@nestjs/common';
import { SmsSender } from 'nestjs-phone-auth';
import type { FakeSmsProvider, TestApp } from 'nestjs-phone-auth/testing';
import { TwilioSmsSender } from 'nestjs-phone-auth/twilio';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { lastTo, refused, startTwilio } from '../support/twilio-server.js';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'token-of-the-account';
const TIMEOUT = 800;

describe.each(everyAdapterAndDatabase)('sign-in through Twilio on $name', (platform) => {
  let twilio: FakeSmsProvider;
  let t: TestApp;

  beforeAll(async () => {
    Logger.overrideLogger(false); // every failure below is logged, as it should be
    twilio = await startTwilio({ [accountSid]: authToken });
    const sender = new TwilioSmsSender({ accountSid, authToken, from: '+12025550100', apiURL: twilio.url });
    t = await startOn(platform, {
      options: {
        delivery: 'await',
        messages: { timeout: TIMEOUT },
        providers: [{ provide: SmsSender, useValue: sender }],
      },
      // the test application sends to its inbox unless told otherwise
      override: (builder) => builder.overrideProvider(SmsSender).useValue(sender),
    });
  });
  beforeEach(() => {
    twilio.reset();
    t.clock.advance({ minutes: 1 }); // past the rate limit's window: all of this comes from one address
  });
  afterAll(async () => {
    await t.close();
    await twilio.close();
  });

  const post = (path: string, body: object) =>
    request(t.app.getHttpServer()).post(`/auth/phone-number/${path}`).send(body);

  const sendOtp = (phoneNumber: string) => post('send-otp', { phoneNumber });

  const codeFor = (phoneNumber: string) =>
    /^Your code is (\d{6})$/.exec(String(lastTo(twilio, phoneNumber).fields['Body']))?.[1];

  it('a person signs in with the code that Twilio was given', async () => {
    const phoneNumber = '+12025550123';
    expect((await sendOtp('+1 (202) 555-0123')).status).toBe(200);
    const { status, body } = await post('verify', { phoneNumber, code: codeFor(phoneNumber) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { phoneNumber, phoneNumberVerified: true } });
    expect(t.inbox.messages).toEqual([]);
  });

  it.each([
    ['answers 500', 'outage', '+12025550124'],
    ['hangs', 'hang', '+12025550125'],
    ['stops in the middle of its answer', 'stall', '+12025550126'],
    ['refuses the number', refused(400, 21_211), '+12025550127'],
  ] as const)(
    'S1.35, 8.11 Twilio %s: 502 SEND_OTP_FAILED in time, no connection is kept, and the earlier code still signs in',
    async (_, answer, phoneNumber) => {
      expect((await sendOtp(phoneNumber)).status).toBe(200);
      const earlier = codeFor(phoneNumber);

      twilio.behave(answer);
      const asked = performance.now();
      const failed = await sendOtp(phoneNumber);
      const took = performance.now() - asked;
      expect(failed.status).toBe(502);
      expect(failed.body).toMatchObject({ code: 'SEND_OTP_FAILED' });
      expect(JSON.stringify(failed.body)).not.toMatch(/twilio/i);
      expect(took).toBeLessThan(TIMEOUT + 3_000); // what a busy machine may add; the SDK alone would wait 60 s

      await expect(lastTo(twilio, phoneNumber).over).resolves.toBeUndefined();

      expect((await post('verify', { phoneNumber, code: earlier })).status).toBe(200);
    },
  );
});
