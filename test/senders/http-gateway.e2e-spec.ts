import { Logger } from '@nestjs/common';
import {
  httpGateway,
  HttpGatewaySmsSender,
  PhoneAuthOptionError,
  SmsSender,
  SmsService,
} from 'nestjs-phone-auth';
import { FakeSmsProvider, type TestApp } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/options/resolve-config.js';
import { CallbackSmsSender } from '../../src/sms/callback-sms-sender.js';
import { api, freshNumber } from '../support/api.js';
import { CapturingLogger } from '../support/capturing-logger.js';
import { keepsToTheContract } from '../support/sender-contract.js';
import { platforms, startOn } from '../support/platforms.js';

const credentials = { apiKey: 'key of the gateway', username: 'ada & co', password: 'pass/word?=1' };

let gateway: FakeSmsProvider;
beforeAll(async () => {
  gateway = await FakeSmsProvider.start({
    accepts: () => ({ status: 200, body: 'OK' }),
    refuses: () => ({ status: 400, body: 'no such number' }),
  });
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

const service = (path = '/send', more = {}) =>
  new SmsService({ endpoint: gateway.url + path, ...credentials, ...more });

/** The error that sending ends with. */
const failureOf = (sending: Promise<void>) =>
  sending.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );

describe('what the gateway is sent', () => {
  it('S3.4 is one GET with user name, password, number and message, encoded', async () => {
    await service().sendSms('+12025550123', 'Ihr Code ist 048213 & sonst nichts?');
    expect(gateway.requests).toHaveLength(1);
    expect(gateway.requests[0]).toMatchObject({
      method: 'GET',
      path: '/send',
      query: {
        username: credentials.username,
        password: credentials.password,
        phone: '+12025550123',
        message: 'Ihr Code ist 048213 & sonst nichts?',
      },
    });
  });

  it("S3.4 keeps the endpoint's own query", async () => {
    await service('/send?route=4&unicode').sendSms('+12025550123', 'Hello');
    expect(gateway.requests[0]?.query).toMatchObject({ route: '4', unicode: '', message: 'Hello' });
  });

  it('S3.5 has the key in its header', async () => {
    await service().sendSms('+12025550123', 'Hello');
    expect(gateway.requests[0]?.headers['x-api-key']).toBe(credentials.apiKey);
  });

  it('S3.10 is any text', async () => {
    await service().sendSms('+12025550123', 'Ваш заказ готов 🔑');
    expect(gateway.requests[0]?.query['message']).toBe('Ваш заказ готов 🔑');
  });
});

describe('what the gateway answers', () => {
  it.each([200, 201, 202, 204])('S3.7 %d is yes', async (status) => {
    gateway.behave(() => ({ status }));
    await expect(service().sendSms('+12025550123', 'Hello')).resolves.toBeUndefined();
  });

  it.each([302, 400, 401, 404, 500, 503])('S3.7 %d is an error that names it', async (status) => {
    gateway.behave(() => ({ status, headers: { location: '/elsewhere' } }));
    expect(await failureOf(service().sendSms('+12025550123', 'Hello'))).toBe(
      `the SMS gateway answered ${status}`,
    );
    expect(gateway.requests).toHaveLength(1);
  });

  it('S3.7 a refused connection is an error', async () => {
    const gone = await FakeSmsProvider.start(gateway.dialect);
    const { url } = gone;
    await gone.close();
    const sending = new SmsService({ endpoint: url, ...credentials }).sendSms('+12025550123', 'Hello');
    expect(await failureOf(sending)).toBe('The connection to the SMS gateway failed (ECONNREFUSED)');
  });

  it('S3.8 nothing is an error once the time is over, and the connection is closed', async () => {
    gateway.behave('hang');
    const sending = service('/send', { timeout: 1_000 }).sendSms('+12025550123', 'Hello');
    expect(await failureOf(sending)).toBe('the SMS gateway did not answer in time');
    await expect(gateway.requests[0]?.over).resolves.toBeUndefined();
  });
});

describe('HttpGatewaySmsSender keeps to the contract of senders', () => {
  keepsToTheContract('A34, S3.9', () => ({
    provider: gateway,
    makeSender: (endpoint) => new HttpGatewaySmsSender({ endpoint, ...credentials }),
    secrets: [...Object.values(credentials), ...Object.values(credentials).map(encodeURIComponent)],
  }));
});

describe('the options of the gateway', () => {
  it.each([
    ['endpoint', { endpoint: 'gateway.example.com' }, "'gateway.example.com'"],
    ['endpoint', { endpoint: 'ftp://gateway.example.com' }, "'ftp:"],
    ['endpoint', { endpoint: 'https://ada:x@gateway.example.com' }, 'without a name and a password'],
    ['apiKey', { apiKey: '' }, 'empty'],
    ['username', { username: undefined }, 'missing'],
    ['password', { password: 7 }, 'no text'],
    ['timeout', { timeout: 5 }, 'milliseconds from 100'],
    ['retries', { retries: 3 }, 'unknown'],
  ])('S3.2 a wrong %s is refused: %j', (option, wrong, words) => {
    const right = { endpoint: 'https://gateway.example.com', ...credentials };
    const make = () => new SmsService({ ...right, ...(wrong as object) });
    expect(make).toThrow(PhoneAuthOptionError);
    expect(make).toThrow(expect.objectContaining({ option: `sms.${option}` }));
    expect(make).toThrow(words);
  });

  it.each(['http://gateway.example.com:8080/send', 'https://gateway.example.com:8443/send?a=1'])(
    'S3.6 %s is an endpoint',
    (endpoint) => {
      expect(() => new SmsService({ endpoint, ...credentials })).not.toThrow();
    },
  );
});

describe('the text of the gateway', () => {
  it('S3.12 can be changed', () => {
    const preset = httpGateway({ endpoint: gateway.url, ...credentials });
    const messages = { ...preset.messages, signIn: 'Acme: {code}' };
    expect(resolveConfig({ secret: 'x'.repeat(32), ...preset, messages }).messages.signIn).toBe(
      'Acme: {code}',
    );
  });

  it('S3.3 and its lifetime is in minutes: ten at most, as NIST has it', () => {
    const lasting = (codeExpiresInMinutes: number) =>
      resolveConfig({
        secret: 'x'.repeat(32),
        ...httpGateway({ endpoint: gateway.url, ...credentials, codeExpiresInMinutes }),
      }).expiresIn;
    expect(lasting(5)).toBe(300);
    expect(() => lasting(15)).toThrow(expect.objectContaining({ option: 'expiresIn' }));
  });
});

describe('generateCode', () => {
  it('S3.11 makes six digits, or as many as it is told', () => {
    expect(service().generateCode()).toMatch(/^\d{6}$/);
    expect(service().generateCode(6)).toMatch(/^\d{6}$/);
    expect(service().generateCode(4)).toMatch(/^\d{4}$/);
  });

  it('S3.11 does not repeat itself, and keeps leading zeros', () => {
    const codes = Array.from({ length: 200 }, () => service().generateCode(6));
    expect(new Set(codes).size).toBeGreaterThan(190);
    const short = Array.from({ length: 200 }, () => service().generateCode(1));
    expect(short).toContain('0');
  });

  it.each([0, 15, 1.5])('S3.11 refuses %d digits', (length) => {
    expect(() => service().generateCode(length)).toThrow(RangeError);
  });
});

describe.each(platforms)('sign-in through the gateway on $name', (platform) => {
  let t: TestApp;
  const logger = new CapturingLogger();

  beforeAll(async () => {
    const { sendOTP, ...preset } = httpGateway({ endpoint: gateway.url, ...credentials });
    if (!sendOTP) throw new Error('the preset sends nothing');
    t = await startOn(platform, {
      options: { rateLimit: false, delivery: 'await', sendOTP, ...preset },
      // the test application sends to its inbox unless told otherwise
      override: (builder) => builder.overrideProvider(SmsSender).useValue(new CallbackSmsSender({ sendOTP })),
    });
    Logger.overrideLogger(logger);
  });
  afterAll(() => t.close());

  it('S3.2, S3.3, S3.12 needs no callback: the code comes in the default text and is good for ten minutes', async () => {
    const number = freshNumber();
    const { sendOtp, verify } = api(t);
    const { body } = await sendOtp(number).expect(200);
    expect(body).toMatchObject({ expiresIn: 600 });
    const text = gateway.requests[0]?.query['message'] ?? '';
    const code = /^Your verification code is: (\d{6})$/.exec(text)?.[1];
    await verify(number, code ?? '').expect(200);
  });

  it('S3.9 a gateway that repeats everything it was sent gets none of it into log or answer', async () => {
    gateway.behave(({ path, query }) => ({ status: 500, body: { path, query } }));
    const number = freshNumber();
    const { body } = await api(t).sendOtp(number).expect(502);
    const sent = gateway.requests[0]?.query ?? {};
    const told = logger.lines.join('\n') + JSON.stringify(body);
    expect(told).toContain('the SMS gateway answered 500');
    expect(sent).toHaveProperty('message');
    for (const secret of [...Object.values(sent), ...Object.values(credentials), number.slice(1)]) {
      expect(told).not.toContain(secret);
    }
  });
});
