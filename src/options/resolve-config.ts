import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { checkOptions, checkTogether } from './check-options.js';
import type { PhoneAuthConfig } from './config.js';
import type { MessageOptions, PhoneAuthOptions, RetentionOptions } from './options.js';
import { requireOptions } from './rules.js';
import { resolveChannels, resolveLimits, resolveTestNumbers } from './resolve-limits.js';
import { resolveWebhooks } from './resolve-webhooks.js';

const DAY = 86_400;

/** The texts of an application without a name: short, because what does not fit costs twice. */
const PLAIN_TEXTS = {
  signIn: 'Your code is {code}',
  resetPassword: 'Password reset code: {code}',
  secondFactor: 'Code to finish signing in: {code}',
  stepUp: 'Code to confirm that it is you: {code}',
  numberChanged: 'The phone number of your account was changed. If this was not you, contact support.',
};

/** With a name, a text can say whose code it is, which is what a phisher's call has to explain away (R39). */
const NAMED_TEXTS = {
  signIn: '{appName}: your code is {code}. Do not share it.',
  resetPassword: '{appName}: your password reset code is {code}. Do not share it.',
  secondFactor: '{appName}: your code to finish signing in is {code}. Do not share it.',
  stepUp: '{appName}: your code to confirm that it is you is {code}. Do not share it.',
  numberChanged:
    'The phone number of your {appName} account was changed. If this was not you, contact support.',
};

/**
 * Checks the host's options and fills in the defaults.
 *
 * @throws PhoneAuthOptionError naming the option, its value and what is allowed
 */
export function resolveConfig(
  options: PhoneAuthOptions,
  env: string | undefined = process.env['NODE_ENV'],
): PhoneAuthConfig {
  checkOptions(options, 'options');
  const production = env === 'production';
  const cookie = options.session?.cookie ?? {};
  const presentSecret = options.secret ?? temporarySecret(production);
  const issuer = options.accessToken?.issuer ?? options.baseURL ?? 'nestjs-phone-auth';
  const config: PhoneAuthConfig = {
    secret: presentSecret,
    previousSecrets: [...new Set(options.previousSecrets)].filter((other) => other !== presentSecret),
    production,
    sendOTP: options.sendOTP,
    sendPasswordResetOTP: options.sendPasswordResetOTP,
    sendNotice: options.sendNotice,
    verifyOTP: options.verifyOTP,
    callbackOnVerification: options.callbackOnVerification,
    signUpOnVerification: options.signUpOnVerification ?? {},
    additionalFields: options.additionalFields ?? {},
    otpLength: options.otpLength ?? 6,
    enabled: options.enabled ?? true,
    expiresIn: options.expiresIn ?? 300,
    resendDelays:
      options.resendDelays === false ? undefined : (options.resendDelays ?? [30, 40, 60, 90, 120]),
    sameCodeOnResend: options.sameCodeOnResend ?? false,
    allowedAttempts: options.allowedAttempts ?? 3,
    allowSignUp: options.allowSignUp ?? true,
    sendToUnknown: options.sendToUnknown ?? true,
    verifyOnSignIn: options.verifyOnSignIn ?? true,
    createUserOn: options.createUserOn ?? 'verify',
    delivery: options.delivery ?? 'background',
    requireVerification: options.requireVerification ?? true,
    verifyWithSession: options.verifyWithSession ?? 'sign-in',
    rateLimit: resolveRateLimit(options.rateLimit),
    challenge: resolveChallenge(options.challenge),
    phoneNumberValidator: options.phoneNumberValidator,
    baseURL: options.baseURL,
    trustedOrigins: new Set(
      [options.baseURL, ...(options.trustedOrigins ?? [])].flatMap((url) =>
        url ? [new URL(url).origin] : [],
      ),
    ),
    bindToClient: options.bindToClient ?? false,
    testNumbers: resolveTestNumbers(options.testNumbers),
    onEvent: options.onEvent,
    channels: resolveChannels(options.channels ?? {}),
    limits: resolveLimits(options.limits ?? {}),
    numbers: {
      strict: options.numbers?.strict ?? false,
      defaultRegion: options.numbers?.defaultRegion,
      countries: options.numbers?.countries ?? '*',
      types: options.numbers?.types ?? ['MOBILE', 'FIXED_LINE_OR_MOBILE'],
      // Benin 2024, Ivory Coast 2021, Mexico 2019, Vietnam 2018
      retired: options.numbers?.retired ?? [
        '+229########',
        '+225########',
        '+521##########',
        '+841#########',
      ],
    },
    accessToken: {
      issuer,
      audience: options.accessToken?.audience ?? issuer,
      expiresIn: options.accessToken?.expiresIn ?? 600,
      secret: options.accessToken?.secret,
      claims: options.accessToken?.claims,
    },
    refreshToken: {
      secret: options.refreshToken?.secret,
      reuseGrace: options.refreshToken?.reuseGrace ?? 10,
    },
    nodeAuth: {
      unknownAccounts: options.nodeAuth?.unknownAccounts ?? 'hidden',
      cookies: {
        path: options.nodeAuth?.cookies?.path ?? '/',
        refreshTokenPath: options.nodeAuth?.cookies?.refreshTokenPath,
      },
      csrf: options.nodeAuth?.csrf ?? false,
    },
    admin: resolveAdmin(options.admin),
    session: {
      ...resolveLifetime(options),
      updateAge: options.session?.updateAge ?? DAY,
      freshAge: options.session?.freshAge ?? DAY,
      freshToLink: options.session?.freshToLink ?? false,
      cookie: {
        prefix: cookie.prefix ?? 'better-auth',
        secure:
          cookie.secure ?? (options.baseURL ? new URL(options.baseURL).protocol === 'https:' : production),
        domain: cookie.domain,
        sameSite: cookie.sameSite ?? 'lax',
      },
    },
    password: {
      minLength: options.password?.minLength ?? 8,
      maxLength: options.password?.maxLength ?? 128,
      accept: options.password?.accept,
    },
    retention: resolveRetention(options.retention),
    messages: resolveMessages(options.messages, options.webhooks !== undefined),
    webhooks: resolveWebhooks(options.webhooks, production, options.messages?.appName),
  };
  checkTogether(config, options);
  return config;
}

function resolveAdmin(options: PhoneAuthOptions['admin']): PhoneAuthConfig['admin'] {
  if (!options) return undefined;
  requireOptions(options, 'admin', ['apiKeys']);
  const { apiKeys, project, allowedAttempts = false } = options;
  if (project) requireOptions(project, 'admin.project', ['projectId', 'branchId']);
  return { apiKeys, project, allowedAttempts };
}

/** A refresh token is good as long as its session, so one lifetime serves both. */
function resolveLifetime({ session = {}, refreshToken = {} }: PhoneAuthOptions) {
  const { strategy = 'opaque' } = session;
  if (strategy === 'opaque')
    return { strategy, expiresIn: session.expiresIn ?? 7 * DAY, absoluteExpiresIn: Infinity };
  const { absoluteExpiresIn = 30 * DAY, expiresIn = Math.min(14 * DAY, absoluteExpiresIn) } = refreshToken;
  return { strategy, expiresIn, absoluteExpiresIn };
}

function resolveMessages(options: MessageOptions = {}, toWebhooks: boolean): PhoneAuthConfig['messages'] {
  const { appName } = options;
  const defaults = appName === undefined ? PLAIN_TEXTS : NAMED_TEXTS;
  const numberChanged = options.numberChanged ?? defaults.numberChanged;
  return {
    signIn: options.signIn ?? defaults.signIn,
    resetPassword: options.resetPassword ?? defaults.resetPassword,
    secondFactor: options.secondFactor ?? defaults.secondFactor,
    stepUp: options.stepUp ?? defaults.stepUp,
    appName,
    locales: options.locales ?? {},
    locale: options.locale,
    webOtpDomain: options.webOtpDomain,
    androidAppHash: options.androidAppHash,
    multiSegment: options.multiSegment ?? 'error',
    numberChanged:
      appName === undefined ? numberChanged : numberChanged.replaceAll('{appName}', () => appName),
    // a receiver of webhooks is asked for 15 seconds
    timeout: options.timeout ?? (toWebhooks ? 16_000 : 10_000),
  };
}

/** The figures of SECURITY 3.7. */
function resolveRetention(options: RetentionOptions = {}): PhoneAuthConfig['retention'] {
  return {
    codes: options.codes ?? 1,
    numbers: options.numbers ?? 30,
    messages: options.messages ?? 7,
    sessions: options.sessions ?? 30,
    statistics: options.statistics ?? 35,
    every: options.every === false ? undefined : (options.every ?? 21_600),
  };
}

function resolveRateLimit(options: PhoneAuthOptions['rateLimit']): PhoneAuthConfig['rateLimit'] {
  if (options === false) return false;
  const { window = 60_000, max = 10, routes = {} } = options ?? {};
  return {
    window,
    max,
    routes: Object.fromEntries(
      Object.entries(routes).map(([route, own]) => [route, { window: own.window ?? window, max: own.max }]),
    ),
  };
}

function resolveChallenge(options: PhoneAuthOptions['challenge']): PhoneAuthConfig['challenge'] {
  if (!options) return undefined;
  const { verify, when = 'suspicious', routes, timeout = 5_000 } = options;
  if (typeof verify !== 'function') {
    throw new PhoneAuthOptionError(
      'challenge.verify',
      'missing',
      'set it to a function, such as turnstile({ secret }) of nestjs-phone-auth/captcha',
    );
  }
  if (when === 'suspicious' && routes) {
    throw new PhoneAuthOptionError(
      'challenge.routes',
      "set beside when: 'suspicious'",
      "set challenge.when to 'always', or leave it out: the limits find out who is suspicious",
    );
  }
  const always = routes ?? (['send-otp', 'sign-in', 'request-password-reset'] as const);
  return { verify, timeout, always: new Set(when === 'always' ? always : []) };
}

function temporarySecret(production: boolean): string {
  if (production) {
    throw new PhoneAuthOptionError(
      'secret',
      'missing',
      'set it in production, to at least 32 random characters, such as `openssl rand -base64 32` prints',
    );
  }
  new Logger('PhoneAuth').warn(
    'No secret is set: one was made for this process. Open codes and cookies end when it stops.',
  );
  return randomBytes(32).toString('base64');
}
