import { isDeepStrictEqual } from 'node:util';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type PhoneAuthEvent, PhoneAuthService, Telemetry } from 'nestjs-phone-auth';
import { OpenTelemetry } from 'nestjs-phone-auth/opentelemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { fully } from '../support/capturing-logger.js';
import { OpenTelemetrySdk } from '../support/open-telemetry-sdk.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { wrongCodes } from '../support/served-app.js';
import { useApp } from '../support/use-app.js';
import { startWithWebhooks, toReceiver } from '../support/webhook-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const TELEMETRY = [{ provide: Telemetry, useClass: OpenTelemetry }];
const PASSWORD = 'correct horse battery staple';

// the database has no part in it
const [platform] = everyAdapterAndDatabase;
if (!platform) throw new Error('there is no platform to run on');

let sdk: OpenTelemetrySdk;
beforeAll(() => {
  sdk = new OpenTelemetrySdk();
  sdk.start();
});
beforeEach(() => sdk.clear());
afterAll(() => sdk.stop());

const told = ({ name, kind, status, attributes }: ReadableSpan) => ({
  name,
  kind: SpanKind[kind],
  status: SpanStatusCode[status.code],
  attributes,
});
const flow = (name: string, outcome: string, more: object = {}) => ({
  name: `phone_auth.${name}`,
  kind: 'INTERNAL',
  status: 'UNSET',
  attributes: { 'phone_auth.outcome': outcome, 'phone_auth.country': 'US', ...more },
});

describe('spans and metrics', () => {
  const events: PhoneAuthEvent[] = [];
  const { t, client } = useApp(platform, {
    options: {
      providers: TELEMETRY,
      otpLength: 10,
      rateLimit: { routes: { verify: { window: 60_000, max: 6 } } },
      onEvent: (event) => events.push(event),
    },
  });

  const spansOf = async (work: () => PromiseLike<unknown>) => {
    await t.settled();
    sdk.clear();
    await work();
    await t.settled();
    return sdk.spans();
  };
  const sum = async (metric: string, attributes: object) => {
    return (await sdk.metrics())
      .filter((point) => point.metric === `phone_auth.${metric}`)
      .filter((point) => isDeepStrictEqual({ ...point.attributes }, attributes))
      .reduce((total, { value }) => total + Number(value), 0);
  };
  /** By how much a counter grows. */
  const growth = async (metric: string, attributes: object, work: () => PromiseLike<unknown>) => {
    const before = await sum(metric, attributes);
    await work();
    await t.settled();
    return (await sum(metric, attributes)) - before;
  };

  it('a flow is a span, and the message that it causes one inside, which is a call of somebody else’s server', async () => {
    const spans = await spansOf(() => client.sendOtp(freshNumber()).expect(200));
    expect(spans.map(told)).toEqual([
      flow('send_code', 'ok'),
      {
        name: 'phone_auth.send',
        kind: 'CLIENT',
        status: 'UNSET',
        attributes: {
          'phone_auth.purpose': 'sign-in',
          'phone_auth.channel': 'sms',
          'phone_auth.outcome': 'accepted',
        },
      },
    ]);
    const [asked, sent] = spans;
    expect(sent?.parentSpanContext?.spanId).toBe(asked?.spanContext().spanId);
    expect(asked?.instrumentationScope.name).toBe('nestjs-phone-auth');
  });

  it('a refusal is an outcome and no fault', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const [wrong = ''] = wrongCodes(code, 1);
    const spans = await spansOf(() => client.verify(phoneNumber, wrong).expect(400));
    expect(spans.map(told)).toEqual([flow('sign_in', 'INVALID_OTP')]);
    expect((await spansOf(() => client.verify(phoneNumber, code).expect(200))).map(told)).toEqual([
      flow('sign_in', 'ok'),
    ]);
  });

  it('a provider that fails is a fault, by a word of ours and not by its own', async () => {
    t.inbox.failWith(new Error('no route'));
    const [, sent] = await spansOf(() => client.sendOtp(freshNumber()));
    t.inbox.failWith(undefined);
    expect(told(sent!)).toMatchObject({ status: 'ERROR', attributes: { 'error.type': 'unknown' } });
    expect(sent!.events).toEqual([]);
  });

  it('what is no number has no country', async () => {
    const [span] = await spansOf(() => client.sendOtp('nobody').expect(400));
    expect(told(span!)).toEqual({
      ...flow('send_code', 'INVALID_PHONE_NUMBER'),
      attributes: { 'phone_auth.outcome': 'INVALID_PHONE_NUMBER' },
    });
  });

  it('every way in has a span of its own', async () => {
    const service = t.app.get(PhoneAuthService);
    const { user } = await client.signIn();
    const ignore = () => undefined;
    const spans = await spansOf(async () => {
      const [phoneNumber, code] = [freshNumber(), '1234567890'];
      await service.requestPasswordReset(phoneNumber);
      await service.resetPassword({ phoneNumber, otp: code, newPassword: PASSWORD }).catch(ignore);
      await service.signInWithPassword({ phoneNumber, password: PASSWORD }).catch(ignore);
      await service.consumePhoneNumberOTP({ phoneNumber, code }).catch(ignore);
      await service.linkPhoneNumber({ userId: user.id, phoneNumber, code }).catch(ignore);
      await service
        .changePassword({ userId: user.id, currentPassword: PASSWORD, newPassword: PASSWORD })
        .catch(ignore);
      const { tempToken } = await service.startSecondFactor(user.id);
      await service.sendSecondFactorCode({ tempToken });
      await service.verifySecondFactor({ tempToken, code }).catch(ignore);
      await service.sendStepUpCode({ sessionToken: 'none' }).catch(ignore);
      await service.verifyStepUp({ sessionToken: 'none', code }).catch(ignore);
      await service.setTwoFactor(user.id, false);
      await service.refresh('none').catch(ignore);
    });
    const names = spans.map(({ name }) => name.slice('phone_auth.'.length)).filter((name) => name !== 'send');
    expect(names).toEqual([
      'request_password_reset',
      'reset_password',
      'password_sign_in',
      'check_code',
      'link_number',
      'change_password',
      'send_second_factor',
      'second_factor',
      'send_step_up',
      'step_up',
      'change_two_factor',
      'refresh',
    ]);
  });

  it('codes are counted as they are sent, as they come back, and as they cannot be sent', async () => {
    const about = { 'phone_auth.purpose': 'sign-in', 'phone_auth.country': 'US' };
    const message = { ...about, 'phone_auth.channel': 'sms' };
    const phoneNumber = freshNumber();
    const send = () => client.sendOtp(phoneNumber);
    expect(await growth('codes.sent', { ...message, 'phone_auth.provider': '' }, send)).toBe(1);
    const verify = () => client.verify(phoneNumber, t.inbox.lastCodeFor(phoneNumber)).expect(200);
    expect(await growth('codes.verified', about, verify)).toBe(1);
    t.inbox.failWith(new Error('no route'));
    expect(await growth('codes.unsent', message, send)).toBe(1);
    t.inbox.failWith(undefined);
  });

  it('sign-ins are counted by way and country', async () => {
    const attributes = {
      'phone_auth.method': 'sms',
      'phone_auth.country': 'US',
      'phone_auth.new_user': true,
    };
    expect(await growth('sign_ins', attributes, () => client.signIn())).toBe(1);
  });

  it('refusals are counted by reason, those before any flow as well', async () => {
    const phoneNumber = freshNumber();
    const refused = (reason: string) => ({
      'phone_auth.action': 'sign-in',
      'phone_auth.reason': reason,
      'phone_auth.country': 'US',
    });
    const guess = () => client.verify(phoneNumber, '1234567890');
    expect(await growth('refusals', refused('OTP_NOT_FOUND'), guess)).toBe(1);

    const limited = {
      'phone_auth.action': 'request',
      'phone_auth.reason': 'RATE_LIMITED',
      'phone_auth.limit': 'address',
    };
    const flood = async () => {
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await guess()).status);
      return statuses;
    };
    let answers: number[] = [];
    const counted = await growth('refusals', limited, async () => (answers = await flood()));
    expect(counted).toBe(answers.filter((status) => status === 429).length);
    expect(counted).toBeGreaterThan(5);
    t.clock.advance({ minutes: 2 });
  });

  it('the time of a message is measured, by provider and outcome', async () => {
    await client.sendOtp(freshNumber());
    await t.settled();
    const point = (await sdk.metrics()).find(
      ({ metric, attributes }) =>
        metric === 'phone_auth.send.duration' && attributes['phone_auth.outcome'] === 'accepted',
    );
    expect(point?.attributes).toEqual({
      'phone_auth.purpose': 'sign-in',
      'phone_auth.channel': 'sms',
      'phone_auth.outcome': 'accepted',
    });
    expect(point?.value).toMatchObject({ count: expect.any(Number), sum: expect.any(Number) });
  });

  it('A41, I4 neither a span nor a metric holds a number, a code, a token, a password or whose it is', async () => {
    const phoneNumber = freshNumber();
    const secrets: string[] = [phoneNumber.slice(1), PASSWORD];
    const spans = await spansOf(async () => {
      const code = await client.codeFor(phoneNumber);
      const { body } = await client.verify(phoneNumber, code).expect(200);
      const { token, user, session } = body as {
        token: string;
        user: { id: string };
        session: { id: string };
      };
      secrets.push(code, token, user.id, session.id);
      await client.post('/sign-in/phone-number', { phoneNumber, password: PASSWORD });
      t.inbox.failWith(new Error(`no route to ${phoneNumber}, not for ${code}`));
      await client.sendOtp(phoneNumber);
      await t.settled();
      t.inbox.failWith(undefined);
    });
    const all = fully(
      spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
    );
    const text = all + fully(await sdk.metrics());
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).not.toContain(`**${phoneNumber.slice(-2)}`);
  });

  it('events go to the host as before', () => {
    expect(events.map(({ type }) => type)).toContain('sign-in.succeeded');
  });
});

describe('a webhook', () => {
  it('is a span for each attempt, inside the one of its message; where all fail, that is a fault', async () => {
    const receiver = await WebhookReceiver.start();
    const answers = [500, 204];
    receiver.behave((_, response) => void response.writeHead(answers.shift() ?? 204).end());
    const test = await startWithWebhooks(platform, {
      options: { ...toReceiver(receiver.url()), providers: TELEMETRY },
    });
    sdk.clear();
    await api(test).sendOtp(freshNumber()).expect(200);
    await test.settled();
    const spans = sdk.spans();
    const sent = spans.find(({ name }) => name === 'phone_auth.send');
    const attempts = spans.filter(({ name }) => name === 'phone_auth.webhook');
    expect(attempts.map(told)).toMatchObject([
      {
        kind: 'CLIENT',
        status: 'ERROR',
        attributes: { 'phone_auth.event': 'send.otp', 'phone_auth.attempt': 1 },
      },
      {
        kind: 'CLIENT',
        status: 'UNSET',
        attributes: { 'phone_auth.event': 'send.otp', 'phone_auth.attempt': 2 },
      },
    ]);
    for (const { parentSpanContext } of attempts)
      expect(parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);

    receiver.behave((_, response) => void response.writeHead(500).end());
    sdk.clear();
    await api(test).sendOtp(freshNumber()).expect(502);
    expect(told(sdk.spans().at(-1)!)).toEqual({
      ...flow('send_code', 'SEND_OTP_FAILED', { 'error.type': 'SEND_OTP_FAILED' }),
      status: 'ERROR',
    });
    await test.close();
    await receiver.close();
  });
});

describe('without the SDK', () => {
  it('nothing fails, and what is set up later is found', async () => {
    await sdk.stop();
    const telemetry = new OpenTelemetry();
    const counter = { name: 'a', unit: '1', description: 'a' };
    telemetry.count(counter, {});
    await expect(telemetry.span({ name: 'b' }, () => Promise.resolve(1))).resolves.toBe(1);
    await expect(telemetry.span({ name: 'b' }, () => Promise.reject(new Error('c')))).rejects.toThrow('c');
    sdk = new OpenTelemetrySdk();
    sdk.start();
    telemetry.count(counter, { d: 1, e: undefined });
    expect(await sdk.metrics()).toEqual([{ metric: 'a', attributes: { d: 1 }, value: 1 }]);
  });
});
