import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { PhoneAuthConfig } from './config.js';
import { checkSpelling, countries, numberTypes, region, shapes } from './number-rules.js';
import { MOST_ATTEMPTS } from './live-settings.js';
import type { PhoneAuthOptions } from './options.js';
import { checkWebhooks } from './resolve-webhooks.js';
import {
  androidHash,
  appName,
  bool,
  byLanguage,
  callback,
  callbackOrFalse,
  delays,
  cookieName,
  cookiePath,
  domain,
  either,
  everyValue,
  fraction,
  group,
  groupOrFalse,
  hostName,
  kindOf,
  languageTag,
  listOf,
  moment,
  oneOf,
  operatorKeys,
  origin,
  origins,
  pathSegment,
  secret,
  secrets,
  template,
  testCodes,
  text,
  waits,
  wholeNumber,
  wholeNumberOrFalse,
} from './rules.js';

const DAY = 86_400;

/** Names that mean something on every user. */
export const CORE_USER_FIELDS: readonly string[] = [
  'id',
  'name',
  'email',
  'emailVerified',
  'image',
  'phoneNumber',
  'phoneNumberVerified',
  'twoFactorEnabled',
  'createdAt',
  'updatedAt',
];

/** What presets call something else is checked by the same rules. */
export const otpLength = wholeNumber(4, 10, 'digits');
export const expiresIn = wholeNumber(30, 600, 'seconds');
export const allowedAttempts = wholeNumber(1, MOST_ATTEMPTS);

const routeLimit = {
  window: wholeNumber(1_000, DAY * 1_000, 'milliseconds'),
  max: wholeNumber(1, 1_000_000),
};

const templates = { signIn: template, resetPassword: template, secondFactor: template, stepUp: template };

const count = wholeNumber(1, 1_000_000);
const perHourAndDay = group({ perHour: count, perDay: count });

const days = (min: number) => wholeNumber(min, 3_650, 'days');

const channel = group({ after: wholeNumber(0, 10), perHour: count, perDay: count });

const limits = group({
  storage: oneOf('memory', 'database'),
  guesses: groupOrFalse({
    perHour: count,
    perDay: count,
    // NIST SP 800-63B-4, 3.2.2: no more than 100
    inARow: wholeNumber(1, 100),
    waits,
    perAddress: count,
  }),
  sends: groupOrFalse({
    inARow: count,
    perHour: count,
    perDay: count,
    perAddress: count,
    perUser: count,
    overall: group({ perMinute: count, perDay: count }),
  }),
  pumping: groupOrFalse({
    mode: oneOf('deny', 'challenge', 'observe'),
    tolerance: fraction(0, 10),
    perAddress: perHourAndDay,
    countriesPerAddress: count,
    perBlock: count,
    perCountry: perHourAndDay,
    overall: perHourAndDay,
  }),
  onFailure: group({ send: oneOf('refuse', 'allow'), verify: oneOf('refuse', 'allow') }),
  knownDevice: wholeNumber(0, 400, 'days'),
});

/** Every option that there is, and what it may be. */
export const checkOptions = group({
  secret,
  previousSecrets: secrets,
  sendOTP: callbackOrFalse,
  sendPasswordResetOTP: callback,
  sendNotice: callback,
  verifyOTP: callback,
  callbackOnVerification: callback,
  signUpOnVerification: group({ getTempEmail: callback, getTempName: callback }),
  additionalFields: everyValue(
    group({ type: oneOf('string', 'number', 'boolean'), required: bool, input: bool, returned: bool }),
    CORE_USER_FIELDS,
  ),
  otpLength,
  enabled: bool,
  expiresIn,
  resendDelays: delays,
  sameCodeOnResend: bool,
  allowedAttempts,
  allowSignUp: bool,
  sendToUnknown: bool,
  verifyOnSignIn: bool,
  createUserOn: oneOf('verify', 'send'),
  delivery: oneOf('background', 'await'),
  requireVerification: bool,
  verifyWithSession: oneOf('sign-in', 'link'),
  rateLimit: groupOrFalse({
    ...routeLimit,
    routes: group({
      'send-otp': group(routeLimit),
      verify: group(routeLimit),
      'sign-in': group(routeLimit),
      'request-password-reset': group(routeLimit),
      'reset-password': group(routeLimit),
    }),
  }),
  challenge: group({
    verify: callback,
    when: oneOf('always', 'suspicious'),
    routes: listOf('send-otp', 'verify', 'sign-in', 'request-password-reset', 'reset-password'),
    timeout: wholeNumber(100, 30_000, 'milliseconds'),
  }),
  phoneNumberValidator: callback,
  bindToClient: bool,
  testNumbers: group({ codes: testCodes, until: moment, inProduction: bool }, kindOf),
  onEvent: callback,
  channels: group({ whatsapp: channel, voice: channel }),
  limits,
  baseURL: origin,
  trustedOrigins: origins,
  numbers: group({
    strict: bool,
    countries,
    types: numberTypes,
    defaultRegion: region,
    retired: shapes,
  }),
  admin: group(
    {
      apiKeys: operatorKeys,
      project: group({ projectId: pathSegment, branchId: pathSegment }),
      allowedAttempts: bool,
    },
    kindOf,
  ),
  accessToken: group({
    issuer: text,
    audience: text,
    expiresIn: wholeNumber(60, 3_600, 'seconds'),
    secret,
    claims: callback,
  }),
  refreshToken: group({
    expiresIn: wholeNumber(60, 400 * DAY, 'seconds'),
    absoluteExpiresIn: wholeNumber(60, 400 * DAY, 'seconds'),
    reuseGrace: wholeNumber(0, 60, 'seconds'),
    secret,
  }),
  nodeAuth: group({
    unknownAccounts: oneOf('hidden', 'told'),
    cookies: group({ path: cookiePath, refreshTokenPath: cookiePath }),
    csrf: bool,
  }),
  session: group({
    strategy: oneOf('opaque', 'token-pair'),
    expiresIn: wholeNumber(60, 400 * DAY, 'seconds'),
    updateAge: wholeNumber(0, 400 * DAY, 'seconds'),
    freshAge: wholeNumber(0, 400 * DAY, 'seconds'),
    freshToLink: bool,
    cookie: group({ prefix: cookieName, secure: bool, domain, sameSite: oneOf('lax', 'strict', 'none') }),
  }),
  password: group({
    minLength: wholeNumber(8, 1_024, 'characters'),
    maxLength: wholeNumber(64, 4_096, 'characters'),
    accept: callback,
  }),
  messages: group({
    ...templates,
    appName,
    locales: byLanguage(group(templates)),
    locale: either(languageTag, callback),
    webOtpDomain: hostName,
    androidAppHash: androidHash,
    multiSegment: oneOf('error', 'warn'),
    numberChanged: text,
    timeout: wholeNumber(100, 60_000, 'milliseconds'),
  }),
  retention: group({
    codes: days(0),
    // what a number's limits count goes back a day, and its waits an hour
    numbers: days(2),
    messages: days(1),
    sessions: days(0),
    statistics: days(15),
    every: wholeNumberOrFalse(60, DAY, 'seconds'),
  }),
  webhooks: checkWebhooks,
});

/** What each value alone cannot show. */
export function checkTogether(config: PhoneAuthConfig, options: PhoneAuthOptions): void {
  const { cookie } = config.session;
  if (cookie.sameSite === 'none' && !cookie.secure) {
    throw new PhoneAuthOptionError(
      'session.cookie.sameSite',
      "'none' on a cookie that is not secure",
      'set session.cookie.secure to true: browsers drop it otherwise',
    );
  }
  if (config.password.minLength > config.password.maxLength) {
    throw new PhoneAuthOptionError(
      'password.minLength',
      `${config.password.minLength}`,
      `use at most password.maxLength, which is ${config.password.maxLength}`,
    );
  }
  if (!config.sendToUnknown && config.allowSignUp) {
    throw new PhoneAuthOptionError(
      'sendToUnknown',
      'false beside allowSignUp',
      'set allowSignUp to false too: nobody could sign up without a message',
    );
  }
  checkLifetimes(config, options);
  if (!config.verifyOnSignIn && config.createUserOn === 'send') {
    throw new PhoneAuthOptionError(
      'verifyOnSignIn',
      "false beside createUserOn: 'send'",
      'leave one of them out: the accounts would be made unverified, and nobody could sign in to them',
    );
  }
  checkTestNumbers(config, options.testNumbers?.inProduction ?? false);
  checkSpelling(config.numbers);
  if (config.production && config.numbers.countries === '*') {
    new Logger('PhoneAuth').warn(
      "numbers.countries is '*': codes can be asked for to every country, also the expensive ones, which is what SMS " +
        "pumping lives on. List the regions that you serve, such as ['US', 'CA'].",
    );
  }
  if (config.otpLength < 6) {
    new Logger('PhoneAuth').warn(
      `otpLength is ${config.otpLength}: NIST SP 800-63B-4 asks for 6 digits or more.`,
    );
  }
}

/** Two options for one lifetime would each be believed by somebody. */
function checkLifetimes({ session }: PhoneAuthConfig, options: PhoneAuthOptions): void {
  if (session.strategy === 'opaque' && options.refreshToken) {
    throw new PhoneAuthOptionError(
      'refreshToken',
      "set beside session.strategy 'opaque'",
      "set session.strategy to 'token-pair', or leave it out",
    );
  }
  if (session.strategy === 'token-pair' && options.session?.expiresIn !== undefined) {
    throw new PhoneAuthOptionError(
      'session.expiresIn',
      "set beside session.strategy 'token-pair'",
      'set refreshToken.expiresIn: a session lives as long as its refresh token',
    );
  }
  if (session.expiresIn > session.absoluteExpiresIn) {
    throw new PhoneAuthOptionError(
      'refreshToken.expiresIn',
      `${session.expiresIn}`,
      `use at most refreshToken.absoluteExpiresIn, which is ${session.absoluteExpiresIn}`,
    );
  }
}

/** A fixed code is a way in for whoever reads the source: it has to be meant, and it has to end. */
function checkTestNumbers(
  { testNumbers, production, otpLength }: PhoneAuthConfig,
  inProduction: boolean,
): void {
  const { codes, until } = testNumbers;
  if (codes.size === 0) return;
  if (Number.isNaN(until)) {
    throw new PhoneAuthOptionError(
      'testNumbers.until',
      'missing',
      "set it to the day from which on they are ordinary numbers, such as '2027-01-31'",
    );
  }
  if (production && !inProduction) {
    throw new PhoneAuthOptionError(
      'testNumbers',
      'set in production',
      'take them out, or set testNumbers.inProduction to true for the days of the review',
    );
  }
  for (const [number, code] of codes) {
    if (code.length === otpLength) continue;
    throw new PhoneAuthOptionError(
      `testNumbers.codes.${number}`,
      `${code.length} digits`,
      `use ${otpLength} digits, as otpLength says`,
    );
  }
  if (until <= Date.now()) return;
  new Logger('PhoneAuth').warn(
    `Test numbers are on until ${new Date(until).toISOString()}: ${codes.size} number(s) sign in with a fixed code.`,
  );
}
