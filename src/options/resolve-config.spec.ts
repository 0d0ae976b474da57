import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { resolveConfig } from './resolve-config.js';

const secret = 'the secret of this application, long enough';
const send = () => undefined;

const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
beforeEach(() => warn.mockClear());

/** What a host wrote, right or wrong. */
const resolve = (options: object, env = 'development') => resolveConfig({ secret, ...options }, env);

function refusalOf(options: object, env?: string): PhoneAuthOptionError {
  try {
    resolve(options, env);
  } catch (error) {
    if (error instanceof PhoneAuthOptionError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
}

const KEY = 'an-operator-key-of-thirty-two-characters';

describe('defaults', () => {
  it('are those of the manual', () => {
    expect(resolve({})).toEqual({
      secret,
      previousSecrets: [],
      production: false,
      sendOTP: undefined,
      sendPasswordResetOTP: undefined,
      sendNotice: undefined,
      verifyOTP: undefined,
      callbackOnVerification: undefined,
      signUpOnVerification: {},
      additionalFields: {},
      otpLength: 6,
      enabled: true,
      expiresIn: 300,
      resendDelays: [30, 40, 60, 90, 120],
      sameCodeOnResend: false,
      allowedAttempts: 3,
      allowSignUp: true,
      sendToUnknown: true,
      verifyOnSignIn: true,
      createUserOn: 'verify',
      delivery: 'background',
      requireVerification: true,
      verifyWithSession: 'sign-in',
      rateLimit: { window: 60_000, max: 10, routes: {} },
      challenge: undefined,
      admin: undefined,
      phoneNumberValidator: undefined,
      trustedOrigins: new Set(),
      bindToClient: false,
      testNumbers: { codes: new Map(), until: 0 },
      onEvent: undefined,
      channels: {},
      limits: {
        storage: 'memory',
        guesses: {
          perHour: 10,
          perDay: 20,
          inARow: 50,
          waits: [30, 60, 120, 240, 480, 960, 1_920, 3_600],
          perAddress: 30,
        },
        sends: {
          inARow: 5,
          perHour: 5,
          perDay: 10,
          perAddress: 20,
          perUser: 5,
          overall: { perMinute: Infinity, perDay: Infinity },
        },
        pumping: {
          mode: 'deny',
          tolerance: 0.7,
          countriesPerAddress: 3,
          perBlock: 10,
          perAddress: { perHour: 8, perDay: 12 },
          perCountry: { perHour: 5, perDay: 20 },
          overall: { perHour: 25, perDay: 100 },
        },
        onFailure: { send: 'refuse', verify: 'refuse' },
        knownDevice: 180,
      },
      numbers: {
        strict: false,
        defaultRegion: undefined,
        countries: '*',
        types: ['MOBILE', 'FIXED_LINE_OR_MOBILE'],
        retired: ['+229########', '+225########', '+521##########', '+841#########'],
      },
      accessToken: { issuer: 'nestjs-phone-auth', audience: 'nestjs-phone-auth', expiresIn: 600 },
      refreshToken: { reuseGrace: 10 },
      nodeAuth: { unknownAccounts: 'hidden', cookies: { path: '/' }, csrf: false },
      session: {
        strategy: 'opaque',
        absoluteExpiresIn: Infinity,
        expiresIn: 604_800,
        updateAge: 86_400,
        freshAge: 86_400,
        freshToLink: false,
        cookie: { prefix: 'better-auth', secure: false, domain: undefined, sameSite: 'lax' },
      },
      password: { minLength: 8, maxLength: 128, accept: undefined },
      messages: {
        appName: undefined,
        locales: {},
        locale: undefined,
        webOtpDomain: undefined,
        androidAppHash: undefined,
        multiSegment: 'error',
        signIn: 'Your code is {code}',
        resetPassword: 'Password reset code: {code}',
        secondFactor: 'Code to finish signing in: {code}',
        stepUp: 'Code to confirm that it is you: {code}',
        numberChanged: 'The phone number of your account was changed. If this was not you, contact support.',
        timeout: 10_000,
      },
      retention: { codes: 1, numbers: 30, messages: 7, sessions: 30, statistics: 35, every: 21_600 },
      webhooks: {
        inUse: false,
        url: undefined,
        events: ['send.otp', 'phone_number.verified'],
        timeoutSeconds: 5,
        endpointId: 'default',
        projectName: 'nestjs-phone-auth',
        headerPrefix: 'X-Neon-',
        maskNumbers: false,
        keysAtRoot: false,
        allowInsecure: false,
      },
    });
  });

  it('S1.5, S4.5 a code lives 300 seconds unless told otherwise', () => {
    expect(resolve({}).expiresIn).toBe(300);
    expect(resolve({ expiresIn: 60 }).expiresIn).toBe(60);
  });

  it('S1.7, S4.4 a code has 6 digits unless told otherwise', () => {
    expect(resolve({}).otpLength).toBe(6);
    expect(resolve({ otpLength: 8 }).otpLength).toBe(8);
  });

  it('fill what is left out of a group, and nothing else', () => {
    const { session, rateLimit, messages } = resolve({
      session: { cookie: { prefix: 'acme' } },
      rateLimit: { max: 5 },
      messages: { timeout: 500 },
    });
    expect(session).toMatchObject({ expiresIn: 604_800, cookie: { prefix: 'acme', sameSite: 'lax' } });
    expect(rateLimit).toEqual({ window: 60_000, max: 5, routes: {} });
    expect(messages).toMatchObject({ signIn: 'Your code is {code}', timeout: 500 });
  });

  it('R25, R31 fill what is left out of the limits, and nothing else', () => {
    const { limits } = resolve({
      limits: {
        sends: { perDay: 20, overall: { perMinute: 60 } },
        pumping: { mode: 'observe', perCountry: { perDay: 500 } },
        onFailure: { send: 'allow' },
      },
    });
    expect(limits.sends).toMatchObject({
      perHour: 5,
      perDay: 20,
      overall: { perMinute: 60, perDay: Infinity },
    });
    expect(limits.pumping).toMatchObject({ mode: 'observe', perCountry: { perHour: 5, perDay: 500 } });
    expect(limits.onFailure).toEqual({ send: 'allow', verify: 'refuse' });
    expect(limits.guesses?.perDay).toBe(20);
  });

  it('R25 hold for parts of the limits that are undefined', () => {
    const { limits } = resolve({
      limits: {
        guesses: undefined,
        sends: { perDay: undefined, overall: undefined },
        pumping: { mode: undefined, perCountry: { perDay: undefined }, overall: undefined },
      },
    });
    expect(limits).toEqual(resolve({}).limits);
  });

  it('stand in for options that are undefined', () => {
    expect(resolve({ otpLength: undefined, session: undefined, baseURL: undefined }).otpLength).toBe(6);
  });

  it('switch nothing off that the host switched off', () => {
    const limits = { guesses: false, sends: false, pumping: false, knownDevice: 0 };
    expect(
      resolve({ rateLimit: false, allowSignUp: false, sendToUnknown: false, resendDelays: false, limits }),
    ).toMatchObject({
      rateLimit: false,
      allowSignUp: false,
      sendToUnknown: false,
      resendDelays: undefined,
      limits: { guesses: undefined, sends: undefined, pumping: undefined, knownDevice: 0 },
    });
  });
});

const until = '2999-12-31';
const elevenCodes = Object.fromEntries(
  Array.from({ length: 11 }, (_, i) => [`+120255501${10 + i}`, '424242']),
);

describe('a wrong value stops the start', () => {
  const cases: [option: string, options: object, found: string, allowed: string][] = [
    ['sendOTP', { sendOTP: true }, 'true', 'use a function, or false'],
    ['sendPasswordResetOTP', { sendPasswordResetOTP: false }, 'false', 'use a function'],
    ['sendNotice', { sendNotice: 'sms' }, "'sms'", 'use a function'],
    ['verifyOTP', { verifyOTP: true }, 'true', 'use a function'],
    ['callbackOnVerification', { callbackOnVerification: 1 }, '1', 'use a function'],
    [
      'signUpOnVerification.getTempName',
      { signUpOnVerification: { getTempName: 'x' } },
      "'x'",
      'use a function',
    ],
    ['additionalFields', { additionalFields: [] }, '[]', 'use an object'],
    [
      'additionalFields.name',
      { additionalFields: { name: { type: 'string' } } },
      'reserved',
      'use another name',
    ],
    [
      'additionalFields.age.type',
      { additionalFields: { age: { type: 'int' } } },
      "'int'",
      "use one of 'string'",
    ],
    [
      'additionalFields.age.input',
      { additionalFields: { age: { type: 'number', input: 0 } } },
      '0',
      'use true or false',
    ],
    ['otpLength', { otpLength: 3 }, '3', 'use a whole number of digits from 4 to 10'],
    ['otpLength', { otpLength: 11 }, '11', 'from 4 to 10'],
    ['otpLength', { otpLength: 6.5 }, '6.5', 'a whole number'],
    ['otpLength', { otpLength: '6' }, "'6'", 'a whole number'],
    ['otpLength', { otpLength: 6n }, '6n', 'a whole number'],
    ['otpLength', { otpLength: Number.NaN }, 'NaN', 'a whole number'],
    ['expiresIn', { expiresIn: 29 }, '29', 'seconds from 30 to 600'],
    ['expiresIn', { expiresIn: 601 }, '601', 'seconds from 30 to 600'],
    [
      'resendDelays',
      { resendDelays: 30 },
      '30',
      'use a list of 1 to 20 whole numbers of seconds from 0 to 3600',
    ],
    ['resendDelays', { resendDelays: [] }, '[]', 'or false for no delays'],
    ['resendDelays', { resendDelays: [30, 3_601] }, '[ 30, 3601 ]', 'use a list'],
    ['resendDelays', { resendDelays: [-1] }, '[ -1 ]', 'use a list'],
    ['resendDelays', { resendDelays: [1.5] }, '[ 1.5 ]', 'use a list'],
    ['resendDelays', { resendDelays: true }, 'true', 'use a list'],
    ['enabled', { enabled: 'yes' }, "'yes'", 'use true or false'],
    ['admin', { admin: true }, 'of type boolean', 'use an object with apiKeys, project, allowedAttempts'],
    ['admin.apiKeys', { admin: {} }, 'missing', 'set it'],
    ['admin.apiKeys', { admin: { apiKeys: secret } }, 'of type string', 'use a list of secrets'],
    ['admin.apiKeys', { admin: { apiKeys: [] } }, 'empty', 'list one key, or leave admin out'],
    ['admin.apiKeys[1]', { admin: { apiKeys: [KEY, 'short'] } }, '5 characters long', 'at least 32 random'],
    ['admin.apiKeys[0]', { admin: { apiKeys: [secret] } }, 'not as a header takes it', 'without blanks'],
    [
      'admin.project.branchId',
      { admin: { apiKeys: [KEY], project: { projectId: 'a' } } },
      'missing',
      'set it',
    ],
    [
      'admin.project.projectId',
      { admin: { apiKeys: [KEY], project: { projectId: 'a/b', branchId: 'c' } } },
      "'a/b'",
      'use letters, digits',
    ],
    ['sendToUnknown', { sendToUnknown: 'no' }, "'no'", 'use true or false'],
    ['sendToUnknown', { sendToUnknown: false }, 'false beside allowSignUp', 'set allowSignUp to false too'],
    ['bindToClient', { bindToClient: 'cookie' }, "'cookie'", 'use true or false'],
    ['sameCodeOnResend', { sameCodeOnResend: 1 }, '1', 'use true or false'],
    ['onEvent', { onEvent: 'log' }, "'log'", 'use a function'],
    ['limits', { limits: false }, 'false', 'use an object with storage, guesses, sends, pumping'],
    ['channels', { channels: ['voice'] }, "[ 'voice' ]", 'use an object with whatsapp, voice'],
    ['channels.voice.after', { channels: { voice: { after: -1 } } }, '-1', 'from 0 to 10'],
    ['limits.guesses', { limits: { guesses: true } }, 'true', 'use an object with perHour'],
    ['limits.guesses.perHour', { limits: { guesses: { perHour: 0 } } }, '0', 'from 1 to 1000000'],
    ['limits.guesses.perDay', { limits: { guesses: { perDay: '20' } } }, "'20'", 'a whole number'],
    ['limits.guesses.inARow', { limits: { guesses: { inARow: 101 } } }, '101', 'from 1 to 100'],
    [
      'limits.guesses.waits',
      { limits: { guesses: { waits: [] } } },
      '[]',
      'use a list of 1 to 20 whole numbers',
    ],
    ['limits.guesses.perAddress', { limits: { guesses: { perAddress: 0 } } }, '0', 'from 1 to 1000000'],
    ['limits.sends', { limits: { sends: 10 } }, '10', 'use an object with inARow'],
    ['limits.sends.inARow', { limits: { sends: { inARow: 0 } } }, '0', 'from 1 to 1000000'],
    ['limits.sends.perHour', { limits: { sends: { perHour: -5 } } }, '-5', 'from 1 to 1000000'],
    ['limits.sends.perDay', { limits: { sends: { perDay: Infinity } } }, 'Infinity', 'from 1 to 1000000'],
    ['limits.sends.perAddress', { limits: { sends: { perAddress: 1.5 } } }, '1.5', 'a whole number'],
    ['limits.sends.perUser', { limits: { sends: { perUser: 0 } } }, '0', 'from 1 to 1000000'],
    [
      'limits.sends.overall',
      { limits: { sends: { overall: 60 } } },
      '60',
      'use an object with perMinute, perDay',
    ],
    ['limits.sends.overall.perMinute', { limits: { sends: { overall: { perMinute: 0 } } } }, '0', 'from 1'],
    ['limits.sends.overall.perDay', { limits: { sends: { overall: { perDay: 0 } } } }, '0', 'from 1'],
    ['limits.pumping', { limits: { pumping: true } }, 'true', 'use an object with mode, tolerance'],
    [
      'limits.pumping.mode',
      { limits: { pumping: { mode: 'block' } } },
      "'block'",
      "'deny', 'challenge', 'observe'",
    ],
    [
      'limits.pumping.tolerance',
      { limits: { pumping: { tolerance: -1 } } },
      '-1',
      'use a number from 0 to 10',
    ],
    ['limits.pumping.tolerance', { limits: { pumping: { tolerance: Number.NaN } } }, 'NaN', 'use a number'],
    [
      'limits.pumping.perAddress',
      { limits: { pumping: { perAddress: 5 } } },
      '5',
      'use an object with perHour',
    ],
    [
      'limits.pumping.perAddress.perDay',
      { limits: { pumping: { perAddress: { perDay: 0 } } } },
      '0',
      'from 1',
    ],
    [
      'limits.pumping.countriesPerAddress',
      { limits: { pumping: { countriesPerAddress: 0 } } },
      '0',
      'from 1',
    ],
    ['limits.pumping.perBlock', { limits: { pumping: { perBlock: 0 } } }, '0', 'from 1'],
    [
      'limits.pumping.perCountry.perHour',
      { limits: { pumping: { perCountry: { perHour: 0 } } } },
      '0',
      'from 1',
    ],
    ['limits.pumping.overall.perDay', { limits: { pumping: { overall: { perDay: 0 } } } }, '0', 'from 1'],
    [
      'limits.onFailure.send',
      { limits: { onFailure: { send: 'open' } } },
      "'open'",
      "use one of 'refuse', 'allow'",
    ],
    [
      'limits.onFailure.verify',
      { limits: { onFailure: { verify: true } } },
      'true',
      "use one of 'refuse', 'allow'",
    ],
    ['limits.knownDevice', { limits: { knownDevice: 401 } }, '401', 'days from 0 to 400'],
    ['testNumbers', { testNumbers: [] }, 'of type list', 'use an object with codes, until, inProduction'],
    [
      'testNumbers.codes',
      { testNumbers: { codes: ['+12025550100'], until } },
      'of type list',
      'use an object with a code',
    ],
    ['testNumbers.codes', { testNumbers: { codes: elevenCodes, until } }, '11 numbers', 'use ten at most'],
    [
      'testNumbers.codes',
      { testNumbers: { codes: { '202-555-0100': '424242' }, until } },
      'with a key that is no number',
      "use E.164: '+12025550100'",
    ],
    [
      'testNumbers.codes.+12025550100',
      { testNumbers: { codes: { '+12025550100': '42424' }, until } },
      '5 digits',
      'use 6 digits, as otpLength says',
    ],
    [
      'testNumbers.until',
      { testNumbers: { codes: { '+12025550100': '424242' }, until: 'next year' } },
      "'next year'",
      'use a Date',
    ],
    [
      'testNumbers.until',
      { testNumbers: { codes: { '+12025550100': '424242' } } },
      'missing',
      'set it to the day',
    ],
    [
      'testNumbers.inProduction',
      { testNumbers: { codes: {}, until, inProduction: 'yes' } },
      "'yes'",
      'use true or false',
    ],
    ['allowedAttempts', { allowedAttempts: 0 }, '0', 'from 1 to 10'],
    ['allowedAttempts', { allowedAttempts: 11 }, '11', 'from 1 to 10'],
    ['allowSignUp', { allowSignUp: 'no' }, "'no'", 'use true or false'],
    ['requireVerification', { requireVerification: 1 }, '1', 'use true or false'],
    ['delivery', { delivery: 'later' }, "'later'", "use one of 'background', 'await'"],
    ['verifyOnSignIn', { verifyOnSignIn: 1 }, '1', 'use true or false'],
    [
      'verifyOnSignIn',
      { verifyOnSignIn: false, createUserOn: 'send' },
      "false beside createUserOn: 'send'",
      'leave one of them out',
    ],
    ['createUserOn', { createUserOn: 'sign-up' }, "'sign-up'", "use one of 'verify', 'send'"],
    ['verifyWithSession', { verifyWithSession: 'both' }, "'both'", "use one of 'sign-in', 'link'"],
    ['rateLimit', { rateLimit: true }, 'true', 'use an object with window, max, routes'],
    ['rateLimit.window', { rateLimit: { window: 60 } }, '60', 'milliseconds from 1000 to 86400000'],
    [
      'rateLimit.routes.verify.max',
      { rateLimit: { routes: { verify: { max: 0 } } } },
      '0',
      'from 1 to 1000000',
    ],
    ['rateLimit.max', { rateLimit: { max: 0 } }, '0', 'from 1 to 1000000'],
    ['challenge', { challenge: true }, 'true', 'use an object with verify, when, routes, timeout'],
    ['challenge.verify', { challenge: {} }, 'missing', 'set it to a function, such as turnstile({ secret })'],
    ['challenge.verify', { challenge: { verify: 'turnstile' } }, "'turnstile'", 'use a function'],
    [
      'challenge.when',
      { challenge: { verify: send, when: 'never' } },
      "'never'",
      "use one of 'always', 'suspicious'",
    ],
    [
      'challenge.routes',
      { challenge: { verify: send, when: 'always', routes: ['sign-out'] } },
      "[ 'sign-out' ]",
      "use a list of 'send-otp', 'verify'",
    ],
    ['challenge.routes', { challenge: { verify: send, when: 'always', routes: [] } }, '[]', 'use a list of'],
    [
      'challenge.routes',
      { challenge: { verify: send, routes: ['verify'] } },
      "set beside when: 'suspicious'",
      "set challenge.when to 'always'",
    ],
    [
      'challenge.timeout',
      { challenge: { verify: send, timeout: 99 } },
      '99',
      'milliseconds from 100 to 30000',
    ],
    ['limits', { limits: true }, 'true', 'use an object with storage'],
    ['limits.storage', { limits: { storage: 'redis' } }, "'redis'", "use one of 'memory', 'database'"],
    ['phoneNumberValidator', { phoneNumberValidator: /\+1/ }, '/\\+1/', 'use a function'],
    ['baseURL', { baseURL: 'app.example.com' }, "'app.example.com'", "such as 'https://app.example.com'"],
    ['baseURL', { baseURL: 'ftp://app.example.com' }, "'ftp://app.example.com'", 'use an address'],
    ['trustedOrigins', { trustedOrigins: 'https://a.example' }, "'https://a.example'", 'use a list'],
    ['trustedOrigins', { trustedOrigins: ['*'] }, "[ '*' ]", 'use a list'],
    ['previousSecrets', { previousSecrets: 'x'.repeat(40) }, 'of type string', 'use a list of secrets'],
    ['accessToken', { accessToken: true }, 'true', 'use an object with issuer, audience, expiresIn'],
    ['accessToken.issuer', { accessToken: { issuer: '' } }, "''", 'use a text'],
    ['accessToken.audience', { accessToken: { audience: ['a'] } }, "[ 'a' ]", 'use a text'],
    ['accessToken.expiresIn', { accessToken: { expiresIn: 59 } }, '59', 'seconds from 60 to 3600'],
    ['accessToken.expiresIn', { accessToken: { expiresIn: 3_601 } }, '3601', 'seconds from 60 to 3600'],
    ['accessToken.secret', { accessToken: { secret: 'short' } }, '5 characters long', 'at least 32'],
    ['accessToken.claims', { accessToken: { claims: {} } }, '{}', 'use a function'],
    ['refreshToken', { refreshToken: true }, 'true', 'use an object with expiresIn'],
    ['refreshToken.secret', { refreshToken: { secret: 'short' } }, '5 characters long', 'at least 32'],
    ['refreshToken.expiresIn', { refreshToken: { expiresIn: 59 } }, '59', 'seconds from 60'],
    ['refreshToken.absoluteExpiresIn', { refreshToken: { absoluteExpiresIn: 0 } }, '0', 'seconds from 60'],
    ['refreshToken.reuseGrace', { refreshToken: { reuseGrace: 61 } }, '61', 'seconds from 0 to 60'],
    ['nodeAuth', { nodeAuth: 1 }, '1', 'use an object with unknownAccounts'],
    ['nodeAuth.unknownAccounts', { nodeAuth: { unknownAccounts: true } }, 'true', "one of 'hidden', 'told'"],
    ['nodeAuth.csrf', { nodeAuth: { csrf: {} } }, '{}', 'use true or false'],
    ['nodeAuth.cookies.path', { nodeAuth: { cookies: { path: 'auth' } } }, "'auth'", 'use a path such as'],
    [
      'nodeAuth.cookies.refreshTokenPath',
      { nodeAuth: { cookies: { refreshTokenPath: '/;Domain=evil' } } },
      "'/;Domain=evil'",
      'use a path such as',
    ],
    ['session.strategy', { session: { strategy: 'jwt' } }, "'jwt'", "use one of 'opaque', 'token-pair'"],
    ['numbers', { numbers: [] }, '[]', 'use an object with strict'],
    ['numbers.strict', { numbers: { strict: 'US' } }, "'US'", 'use true or false'],
    [
      'numbers.strict',
      { numbers: { strict: true, defaultRegion: 'DE' } },
      'true beside numbers.defaultRegion',
      'leave one of them out',
    ],
    ['numbers.defaultRegion', { numbers: { defaultRegion: 'UK' } }, "'UK'", 'ISO 3166-1 alpha-2'],
    ['numbers.countries', { numbers: { countries: 'US' } }, "'US'", "use '*' or a list"],
    ['numbers.countries', { numbers: { countries: [] } }, '[]', "use '*' or a list"],
    ['numbers.countries[1]', { numbers: { countries: ['GB', 'UK'] } }, "'UK'", 'ISO 3166-1 alpha-2'],
    ['numbers.countries[0]', { numbers: { countries: ['us'] } }, "'us'", 'ISO 3166-1 alpha-2'],
    ['numbers.countries[0]', { numbers: { countries: ['*'] } }, "'*'", 'ISO 3166-1 alpha-2'],
    ['numbers.countries[0]', { numbers: { countries: ['constructor'] } }, "'constructor'", 'ISO 3166-1'],
    ['numbers.types', { numbers: { types: 'MOBILE' } }, "'MOBILE'", 'use a list'],
    ['numbers.types', { numbers: { types: [] } }, '[]', 'use a list'],
    ['numbers.types[0]', { numbers: { types: ['CELL'] } }, "'CELL'", "use one of 'MOBILE'"],
    ['numbers.retired', { numbers: { retired: '+229########' } }, "'+229########'", 'use a list'],
    ['numbers.retired[0]', { numbers: { retired: ['+229'] } }, "'+229'", 'use a number with #'],
    [
      'numbers.retired[0]',
      { numbers: { retired: ['+229#1######'] } },
      "'+229#1######'",
      'use a number with #',
    ],
    [
      'session',
      { session: 7 },
      '7',
      'use an object with strategy, expiresIn, updateAge, freshAge, freshToLink, cookie',
    ],
    ['session.expiresIn', { session: { expiresIn: 59 } }, '59', 'seconds from 60 to 34560000'],
    ['session.updateAge', { session: { updateAge: -1 } }, '-1', 'seconds from 0 to 34560000'],
    ['session.cookie', { session: { cookie: null } }, 'null', 'use an object with prefix'],
    ['session.cookie.prefix', { session: { cookie: { prefix: 'a b' } } }, "'a b'", 'use letters, digits'],
    ['session.cookie.prefix', { session: { cookie: { prefix: '' } } }, "''", 'use letters, digits'],
    ['session.cookie.secure', { session: { cookie: { secure: 'yes' } } }, "'yes'", 'use true or false'],
    [
      'session.cookie.domain',
      { session: { cookie: { domain: 'a; Path=/' } } },
      "'a; Path=/'",
      'use a domain',
    ],
    ['session.cookie.sameSite', { session: { cookie: { sameSite: 'Lax' } } }, "'Lax'", "use one of 'lax'"],
    ['password.minLength', { password: { minLength: 7 } }, '7', 'characters from 8 to 1024'],
    ['password.maxLength', { password: { maxLength: 63 } }, '63', 'characters from 64 to 4096'],
    ['webhooks.timeoutSeconds', { webhooks: { timeoutSeconds: 11 } }, '11', 'from 1 to 10'],
    ['messages.signIn', { messages: { signIn: 'Hello' } }, "'Hello'", 'use a text that contains {code}'],
    ['messages.resetPassword', { messages: { resetPassword: 1 } }, '1', 'use a text that contains {code}'],
    ['password.accept', { password: { accept: true } }, 'true', 'use a function'],
    ['messages.appName', { messages: { appName: '' } }, "''", 'use a name of up to 40 characters'],
    ['messages.appName', { messages: { appName: 'Acme {code}' } }, "'Acme {code}'", 'use a name'],
    ['messages.appName', { messages: { appName: 'Acme\n' } }, "'Acme\\n'", 'use a name'],
    ['messages.locales', { messages: { locales: ['de'] } }, "[ 'de' ]", 'use an object'],
    ['messages.locales.german!', { messages: { locales: { 'german!': {} } } }, 'unknown', "such as 'de'"],
    [
      'messages.locales.de.signIn',
      { messages: { locales: { de: { signIn: 'Hallo' } } } },
      "'Hallo'",
      'use a text that contains {code}',
    ],
    ['messages.locale', { messages: { locale: 'German' } }, "'German'", "use a language tag such as 'de'"],
    [
      'messages.webOtpDomain',
      { messages: { webOtpDomain: 'https://a.example' } },
      "'https://a.example'",
      'use a domain',
    ],
    [
      'messages.androidAppHash',
      { messages: { androidAppHash: 'short' } },
      "'short'",
      'use the 11 characters',
    ],
    ['messages.multiSegment', { messages: { multiSegment: 'no' } }, "'no'", "use one of 'error', 'warn'"],
    ['messages.numberChanged', { messages: { numberChanged: '' } }, "''", 'use a text'],
    ['session.freshAge', { session: { freshAge: -1 } }, '-1', 'seconds from 0'],
    ['session.freshToLink', { session: { freshToLink: 1 } }, '1', 'use true or false'],
    ['messages.timeout', { messages: { timeout: 99 } }, '99', 'milliseconds from 100 to 60000'],
    ['messages.timeout', { messages: { timeout: 60_001 } }, '60001', 'milliseconds from 100 to 60000'],
    ['retention', { retention: false }, 'false', 'use an object with codes, numbers'],
    ['retention.codes', { retention: { codes: -1 } }, '-1', 'days from 0 to 3650'],
    ['retention.numbers', { retention: { numbers: 1 } }, '1', 'days from 2 to 3650'],
    ['retention.messages', { retention: { messages: 0 } }, '0', 'days from 1 to 3650'],
    ['retention.sessions', { retention: { sessions: 0.5 } }, '0.5', 'days from 0 to 3650'],
    ['retention.statistics', { retention: { statistics: 14 } }, '14', 'days from 15 to 3650'],
    ['retention.every', { retention: { every: 59 } }, '59', 'seconds from 60 to 86400, or false'],
    ['retention.every', { retention: { every: true } }, 'true', 'or false'],
  ];

  it.each(cases)('%s of %o', (option, options, found, allowed) => {
    const refusal = refusalOf(options);
    expect(refusal).toMatchObject({ option, code: 'PHONE_AUTH_INVALID_OPTION' });
    expect(refusal.message).toMatch(/^\[nestjs-phone-auth\] /);
    expect(refusal.message).toContain(`${option} is ${found}: `);
    expect(refusal.message).toContain(allowed);
  });

  it('for every option that there is', () => {
    const known = refusalOf({ misspelt: 1 })
      .message.replace(/.*known here: |\.$/g, '')
      .split(', ');
    const refused = new Set(cases.map(([option]) => option.split('.')[0]));
    expect(known.filter((option) => !refused.has(option))).toEqual(['secret']);
  });

  it.each([
    [{ otpLenght: 6 }, 'otpLenght'],
    [{ session: { lifetime: 60 } }, 'session.lifetime'],
    [{ session: { cookie: { httpOnly: false } } }, 'session.cookie.httpOnly'],
    [{ rateLimit: { limit: 3 } }, 'rateLimit.limit'],
    [{ resendAfter: 30 }, 'resendAfter'],
    [{ limits: { sends: { perWeek: 9 } } }, 'limits.sends.perWeek'],
  ])('where it is unknown: %j', (options, option) => {
    const refusal = refusalOf(options);
    expect(refusal.option).toBe(option);
    expect(refusal.message).toMatch(/ is unknown: known here: \w+/);
  });

  it.each(['PREMIUM_RATE', 'SHARED_COST', 'TOLL_FREE', 'PAGER', 'UAN', 'VOICEMAIL'])(
    'R21 where %s numbers are to get messages',
    (type) => {
      const refusal = refusalOf({ numbers: { types: ['MOBILE', type] } });
      expect(refusal.option).toBe('numbers.types[1]');
      expect(refusal.message).toContain(`is '${type}': use one of 'MOBILE'`);
    },
  );

  it('and is cut where it is long', () => {
    expect(refusalOf({ baseURL: 'x'.repeat(1_000) }).message.length).toBeLessThan(200);
  });

  it('and is not printed where it is an object, which may hold a password', () => {
    class Gateway {
      readonly password = 'hunter2';
      readonly self = this;
    }
    expect(refusalOf({ sendOTP: new Gateway() }).message).toMatch(/sendOTP is \[Gateway\]: use a function/);
    expect(refusalOf({ trustedOrigins: [new Gateway()] }).message).not.toContain('hunter2');
  });

  it('where two values contradict each other', () => {
    const refusal = refusalOf({ password: { minLength: 200 } });
    expect(refusal.option).toBe('password.minLength');
    expect(refusal.message).toContain('password.maxLength, which is 128');
    expect(resolve({ password: { minLength: 200, maxLength: 200 } }).password.minLength).toBe(200);
  });
});

describe('the secret', () => {
  it.each([['hunter2'], ['only thirty-one characters long']])('is refused, unprinted: %j', (value) => {
    const refusal = refusalOf({ secret: value });
    expect(refusal.option).toBe('secret');
    expect(refusal.message).toContain(`${value.length} characters long: use at least 32`);
    expect(refusal.message).not.toContain(value);
  });

  it('is refused unprinted where it is no text', () => {
    expect(refusalOf({ secret: ['hunter2 in a list'] }).message).toContain('of type object');
    expect(refusalOf({ secret: ['hunter2 in a list'] }).message).not.toContain('hunter2');
  });

  it('is asked for in production', () => {
    const refusal = refusalOf({ secret: undefined }, 'production');
    expect(refusal.option).toBe('secret');
    expect(refusal.message).toMatch(/is missing: set it in production/);
  });

  it('is made up elsewhere, another one for every process, with a warning', () => {
    const [one, two] = [resolve({ secret: undefined }).secret, resolve({ secret: undefined }).secret];
    expect(Buffer.from(one, 'base64')).toHaveLength(32);
    expect(one).not.toBe(two);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('No secret is set'));
    expect(warn.mock.calls.flat().join()).not.toContain(one);
  });
});

describe('test numbers', () => {
  const codes = { '+12025550100': '424242' };

  it.each([[['424242']], [424242], ['424-242'], ['424242 '], ['four']])(
    'a code that is none is refused, unprinted: %j',
    (code) => {
      const refusal = refusalOf({ testNumbers: { codes: { '+12025550100': code }, until } });
      expect(refusal.option).toBe('testNumbers.codes.+12025550100');
      expect(refusal.message).toContain('no code: use a text of digits');
      expect(refusal.message).not.toMatch(/4242|424-242|four/);
    },
  );

  it.each([
    [{ testNumbers: ['424242'] }],
    [{ testNumbers: '424242' }],
    [{ testNumbers: { codes: '424242', until } }],
    [{ testNumbers: { codes: ['424242'], until } }],
    [{ testNumbers: { codes, until: '424242-', inProduction: true } }],
    [{ testNumbers: { codes: { '+12025550100': '4242' }, until } }],
    [{ testNumbers: { codes: { ...codes, '12025550101': '242424' }, until } }],
    [{ testNumbers: { codes: { '424242': '+12025550100' }, until } }],
  ])('no refusal prints a code that stands in the right place: %j', (options) => {
    const { message } = refusalOf(options);
    expect(message.replace("until is '424242-'", '')).not.toMatch(/4242|2424/);
  });

  it('stop the start in production, unless that is meant', () => {
    const refusal = refusalOf({ testNumbers: { codes, until } }, 'production');
    expect(refusal.option).toBe('testNumbers');
    expect(refusal.message).toContain('is set in production: take them out, or set testNumbers.inProduction');
    expect(refusal.message).not.toContain('424242');
    const meant = resolve({ testNumbers: { codes, until, inProduction: true } }, 'production');
    expect(meant.testNumbers.codes).toEqual(new Map(Object.entries(codes)));
  });

  it('are as many as ten, with codes as long as otpLength says', () => {
    const ten = Object.fromEntries(
      Object.keys(elevenCodes)
        .slice(1)
        .map((number) => [number, '12345678']),
    );
    expect(resolve({ otpLength: 8, testNumbers: { codes: ten, until } }).testNumbers.codes.size).toBe(10);
  });

  it('are said at start, without a number or a code, and with the day on which they end', () => {
    resolve({ testNumbers: { codes, until: new Date('2999-12-31T00:00:00Z') } });
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('until 2999-12-31T00:00:00.000Z: 1 number'),
    );
    expect(warn.mock.calls.flat().join()).not.toMatch(/424242|2025550100/);
  });

  it('are ordinary numbers once the day has come, and nothing is said of them', () => {
    resolve({ testNumbers: { codes, until: '2020-01-01' } });
    resolve({ testNumbers: { codes: {}, until } }, 'development');
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('the challenge', () => {
  it('R34 is for the suspicious, unless it is for everybody: then where a message is sent or a password tried', () => {
    expect(resolve({ challenge: { verify: send } }).challenge).toEqual({
      verify: send,
      always: new Set(),
      timeout: 5_000,
    });
    expect(resolve({ challenge: { verify: send, when: 'always' } }).challenge?.always).toEqual(
      new Set(['send-otp', 'sign-in', 'request-password-reset']),
    );
  });
});

describe('previous secrets', () => {
  it.each([['hunter2'], [['hunter2 in a list']], [7]])('are refused, unprinted: %j', (value) => {
    const refusal = refusalOf({ previousSecrets: ['x'.repeat(32), value] });
    expect(refusal.option).toBe('previousSecrets[1]');
    expect(refusal.message).toContain('use at least 32 random characters');
    expect(refusal.message).not.toContain('hunter2');
  });

  it('count once, and not where they are the present one', () => {
    const old = 'the secret of last year, also long enough';
    expect(resolve({ previousSecrets: [old, secret, old] }).previousSecrets).toEqual([old]);
  });
});

describe('access tokens', () => {
  it('are from baseURL and for it, unless told otherwise', () => {
    const baseURL = 'https://app.example.com';
    expect(resolve({ baseURL }).accessToken).toMatchObject({ issuer: baseURL, audience: baseURL });
    expect(resolve({ baseURL, accessToken: { issuer: 'acme' } }).accessToken).toMatchObject({
      issuer: 'acme',
      audience: 'acme',
    });
    expect(resolve({ baseURL, accessToken: { audience: 'orders' } }).accessToken).toMatchObject({
      issuer: baseURL,
      audience: 'orders',
    });
  });

  it('R55 live ten minutes unless told otherwise', () => {
    expect(resolve({}).accessToken.expiresIn).toBe(600);
    expect(resolve({ accessToken: { expiresIn: 60 } }).accessToken.expiresIn).toBe(60);
  });
});

describe('warnings', () => {
  it('R1 a code of fewer than six digits is below the floor of NIST', () => {
    resolve({ otpLength: 5 });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('otpLength is 5'));
  });

  it("R22 in production it is said once that '*' is every country", () => {
    resolve({}, 'production');
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("numbers.countries is '*'"));
  });

  it('R22 elsewhere nobody is told so', () => {
    resolve({ numbers: { countries: '*' } });
    expect(warn).not.toHaveBeenCalled();
  });

  it('there are none about options that are in order', () => {
    const numbers = { countries: ['US', 'CA'] };
    resolve({ sendOTP: send, otpLength: 6, baseURL: 'https://app.example.com', numbers }, 'production');
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('token pairs', () => {
  const pair = { session: { strategy: 'token-pair' } };
  const lifetimes = (options: object) => {
    const { strategy, expiresIn, absoluteExpiresIn } = resolve(options).session;
    return { strategy, expiresIn, absoluteExpiresIn };
  };

  it('R54 a session lives as long as its refresh token: 14 days unused, 30 days in all', () => {
    const days = 86_400;
    expect(lifetimes(pair)).toEqual({
      strategy: 'token-pair',
      expiresIn: 14 * days,
      absoluteExpiresIn: 30 * days,
    });
    expect(lifetimes({ ...pair, refreshToken: { absoluteExpiresIn: days } }).expiresIn).toBe(days);
    expect(lifetimes({ ...pair, refreshToken: { expiresIn: days } })).toMatchObject({
      expiresIn: days,
      absoluteExpiresIn: 30 * days,
    });
  });

  it('R54 what would be believed and does nothing stops the start', () => {
    const sessionToo = refusalOf({ session: { strategy: 'token-pair', expiresIn: 3_600 } });
    expect([sessionToo.option, sessionToo.message]).toEqual([
      'session.expiresIn',
      expect.stringContaining('set refreshToken.expiresIn'),
    ]);
    expect(refusalOf({ refreshToken: { expiresIn: 3_600 } })).toMatchObject({ option: 'refreshToken' });
    const longer = refusalOf({ ...pair, refreshToken: { expiresIn: 7_200, absoluteExpiresIn: 3_600 } });
    expect([longer.option, longer.message]).toEqual([
      'refreshToken.expiresIn',
      expect.stringContaining('which is 3600'),
    ]);
  });
});

const secureWith = (options: object, env?: string) => resolve(options, env).session.cookie.secure;

describe('the cookie', () => {
  it('S2.29 is secure where baseURL is https, and only there', () => {
    expect(secureWith({ baseURL: 'https://app.example.com' })).toBe(true);
    expect(secureWith({ baseURL: 'http://localhost:3000' }, 'production')).toBe(false);
  });

  it('S2.29 is secure in production where there is no baseURL', () => {
    expect(secureWith({}, 'production')).toBe(true);
    expect(secureWith({}, 'development')).toBe(false);
  });

  it('S2.29 is what the host says before all', () => {
    const off = { session: { cookie: { secure: false } } };
    const on = { session: { cookie: { secure: true } } };
    expect(secureWith({ baseURL: 'https://app.example.com', ...off })).toBe(false);
    expect(secureWith({ baseURL: 'http://localhost:3000', ...on })).toBe(true);
  });

  it("is refused with sameSite 'none' where it is not secure", () => {
    const sameSite = { session: { cookie: { sameSite: 'none' } } };
    const refusal = refusalOf({ ...sameSite, baseURL: 'http://localhost:3000' });
    expect(refusal.option).toBe('session.cookie.sameSite');
    expect(refusal.message).toContain('set session.cookie.secure to true');
    expect(resolve({ ...sameSite, baseURL: 'https://app.example.com' }).session.cookie.sameSite).toBe('none');
  });
});

describe('trusted origins', () => {
  it('are those of baseURL and of the list, without paths', () => {
    const { trustedOrigins } = resolve({
      baseURL: 'https://app.example.com/login',
      trustedOrigins: ['https://admin.example.com/', 'http://localhost:3000'],
    });
    expect([...trustedOrigins]).toEqual([
      'https://app.example.com',
      'https://admin.example.com',
      'http://localhost:3000',
    ]);
  });
});
