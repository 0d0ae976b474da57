import { Logger } from '@nestjs/common';
import { CodeVerifier, SmsSender } from 'nestjs-phone-auth';
import { FakeSmsProvider, type ProviderRequest, type TestApp } from 'nestjs-phone-auth/testing';
import { TwilioVerify, type TwilioVerifyOptions, twilioVerify } from 'nestjs-phone-auth/twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { platforms, startOn } from '../support/platforms.js';
import { keepsToTheContract } from '../support/sender-contract.js';
import { userOf } from '../support/twilio-server.js';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'token-of-the-account';
const serviceSid = `VA${'5'.repeat(32)}`;
const resetService = `VA${'6'.repeat(32)}`;

const PATH = /^\/v2\/Services\/(VA\w{32})\/(Verifications|VerificationCheck)$/;
const gone = {
  status: 404,
  body: { code: 20404, message: 'The requested resource was not found', status: 404 },
};

/** Codes that Twilio has open, by service and number. */
const open = new Map<string, string>();
const keyOf = ({ path, fields }: ProviderRequest) => `${PATH.exec(path)?.[1]} ${String(fields['To'])}`;
let counter = 0;

/** Makes a code, or looks at one, as Verify does: right once. */
function answer(request: ProviderRequest) {
  const { path, fields } = request;
  if (path.endsWith('/Verifications')) {
    counter += 1;
    open.set(keyOf(request), String(700_000 + counter));
    return { status: 201, body: { sid: `VE${'0'.repeat(32)}`, status: 'pending', to: fields['To'] } };
  }
  const code = open.get(keyOf(request));
  if (code === undefined) return gone;
  const approved = code === fields['Code'];
  if (approved) open.delete(keyOf(request));
  return { status: 201, body: { status: approved ? 'approved' : 'pending', valid: approved } };
}

let twilio: FakeSmsProvider;
beforeAll(async () => {
  twilio = await FakeSmsProvider.start({
    accepts: answer,
    refuses: ({ fields }) => ({
      status: 400,
      body: { code: 60_200, message: `Invalid parameter ${String(fields['To'])}`, status: 400 },
    }),
    checks: (request) =>
      PATH.test(request.path) && userOf(request, { [accountSid]: authToken }) ? undefined : { status: 401 },
  });
});
beforeEach(() => twilio.reset());
afterAll(() => twilio.close());

const verifyWith = (more: Partial<TwilioVerifyOptions> = {}) =>
  new TwilioVerify({ accountSid, authToken, serviceSid, apiURL: twilio.url, ...more });

const message = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: undefined,
  expiresIn: 300,
  signal: new AbortController().signal,
} as const;
const attempt = { phoneNumber: '+12025550123', code: '700001', purpose: 'sign-in' } as const;

describe('the contract of senders', () => {
  keepsToTheContract('A34', () => ({
    provider: twilio,
    makeSender: (apiURL) => verifyWith({ apiURL }),
    secrets: [authToken],
    sendsCode: false,
  }));
});

describe('what Twilio is asked', () => {
  it('is to make and send a code of its own: ours does not leave the house', async () => {
    expect(await verifyWith().send(message)).toEqual({
      status: 'accepted',
      reference: `VE${'0'.repeat(32)}`,
    });
    const [request] = twilio.requests;
    expect(request?.fields).toEqual({ To: '+12025550123', Channel: 'sms' });
    expect(JSON.stringify(request)).not.toContain(message.code);
  });

  it.each([
    ['voice', 'call'],
    ['whatsapp', 'whatsapp'],
  ] as const)('goes out by %s as its channel %s', async (channel, theirs) => {
    await verifyWith().send({ ...message, channel });
    expect(twilio.requests[0]?.fields).toMatchObject({ Channel: theirs });
  });

  it.each([
    ['de', 'de'],
    ['pt-BR', 'pt-BR'],
    ['de-AT', 'de'],
    ['tlh', undefined],
    ['de\nTo', undefined],
  ])('is in the language of the person where Verify has it: %j', async (locale, theirs) => {
    await verifyWith({ appHash: 'FA+9qCX9VSu' }).send({ ...message, locale });
    expect(twilio.requests[0]?.fields['Locale']).toBe(theirs);
    expect(twilio.requests[0]?.fields['AppHash']).toBe('FA+9qCX9VSu');
  });

  it('I2 is of a service of its own where a purpose has one', async () => {
    const verify = verifyWith({ serviceSids: { 'reset-password': resetService } });
    await verify.send({ ...message, purpose: 'reset-password' });
    await verify.check({ ...attempt, purpose: 'reset-password' });
    await verify.send(message);
    expect(twilio.requests.map(({ path }) => PATH.exec(path)?.[1])).toEqual([
      resetService,
      resetService,
      serviceSid,
    ]);
  });
});

describe('a check', () => {
  it('is right once', async () => {
    await verifyWith().send(message);
    const code = open.get(`${serviceSid} ${message.phoneNumber}`) ?? '';
    expect(await verifyWith().check({ ...attempt, code: '000000' })).toBe(false);
    expect(await verifyWith().check({ ...attempt, code })).toBe(true);
    expect(await verifyWith().check({ ...attempt, code })).toBe(false);
  });

  it('is no where Twilio has had enough of the guesses', async () => {
    twilio.behave(() => ({
      status: 429,
      body: { code: 60_202, message: 'Max check attempts', status: 429 },
    }));
    expect(await verifyWith().check(attempt)).toBe(false);
  });

  it.each(['outage', 'cut', 'break', 'garble'] as const)(
    'I6, R8 is neither yes nor no where Twilio fails: 503, and one question: %s',
    async (mood) => {
      open.set(`${serviceSid} ${attempt.phoneNumber}`, attempt.code);
      twilio.behave(mood);
      await expect(verifyWith().check(attempt)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      expect(twilio.requests).toHaveLength(1);
    },
  );

  it('I6 is neither yes nor no where something in between answers 404', async () => {
    twilio.behave(() => ({ status: 404, body: '<h1>Not Found</h1>' }));
    await expect(verifyWith().check(attempt)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it.each(['hang', 'stall'] as const)('8.11 ends when its time is over: %s', async (mood) => {
    twilio.behave(mood);
    await expect(verifyWith({ timeout: 300 }).check(attempt)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      cause: expect.objectContaining({ message: 'Twilio did not answer in time' }),
    });
  });
});

describe('TwilioVerify refuses', () => {
  it.each([
    ['serviceSid', { serviceSid: undefined }],
    ['serviceSid', { serviceSid: accountSid }],
    ['serviceSids.sign-in', { serviceSids: { 'sign-in': 'VA1' } }],
    ['appHash', { appHash: 'short' }],
    ['timeout', { timeout: 1 }],
    ['authToken', { authToken: undefined }],
    ['client', { client: {} }],
    ['from', { from: '+12025550100' }],
  ])('a wrong %s, naming it: %j', (option, wrong) => {
    expect(() => verifyWith(wrong as object)).toThrow(
      expect.objectContaining({ option: `TwilioVerify.${option}` }),
    );
  });
});

describe.each(platforms)('sign-in with a code of Twilio Verify on $name', (platform) => {
  let t: TestApp;

  beforeAll(async () => {
    Logger.overrideLogger(false); // the failure below is logged, as it should be
    const providers = twilioVerify({ accountSid, authToken, serviceSid, apiURL: twilio.url });
    const sender = verifyWith();
    t = await startOn(platform, {
      options: { rateLimit: false, allowedAttempts: 2, providers },
      // the test application sends to its inbox unless told otherwise
      override: (builder) => builder.overrideProvider(SmsSender).useValue(sender),
    });
  });
  afterAll(() => t.close());

  const sentTo = async (number: string) => {
    await api(t).sendOtp(number).expect(200);
    await t.settled();
    return open.get(`${serviceSid} ${number}`) ?? '';
  };

  it('S4.42 Twilio makes and checks the code, and a person is signed in once', async () => {
    expect(t.app.get(CodeVerifier, { strict: false })).toBeInstanceOf(TwilioVerify);
    const number = freshNumber();
    const code = await sentTo(number);
    expect((await api(t).verify(number, '000000')).body).toMatchObject({ code: 'INVALID_OTP' });
    const { body } = await api(t).verify(number, code).expect(200);
    expect(body).toMatchObject({ user: { phoneNumber: number } });
    expect((await api(t).verify(number, code)).status).toBe(400);
  });

  it('S4.42, R9 our limits stay around it: Twilio is not asked once the attempts are used up, or without a code', async () => {
    const number = freshNumber();
    expect((await api(t).verify(number, '000000')).body).toMatchObject({ code: 'OTP_NOT_FOUND' });
    expect(twilio.requests).toEqual([]);

    const code = await sentTo(number);
    await api(t).verify(number, '000000').expect(400);
    await api(t).verify(number, '000000').expect(400);
    const asked = twilio.requests.length;
    expect((await api(t).verify(number, code)).body).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    expect(twilio.requests).toHaveLength(asked);
  });

  it('I6 nobody is signed in while Twilio does not say: 503', async () => {
    const number = freshNumber();
    const code = await sentTo(number);
    twilio.behave('outage');
    expect((await api(t).verify(number, code)).status).toBe(503);
    twilio.behave('accept');
    await api(t).verify(number, code).expect(200);
  });
});
