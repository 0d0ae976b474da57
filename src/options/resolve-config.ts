import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { checkOptions, checkTogether } from './check-options.js';
import type { PhoneAuthConfig } from './config.js';
import type { PhoneAuthOptions } from './options.js';

const DAY = 86_400;

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
    expiresIn: options.expiresIn ?? 300,
    resendAfter: options.resendAfter ?? 30,
    allowedAttempts: options.allowedAttempts ?? 3,
    allowSignUp: options.allowSignUp ?? true,
    createUserOn: options.createUserOn ?? 'verify',
    requireVerification: options.requireVerification ?? true,
    verifyWithSession: options.verifyWithSession ?? 'sign-in',
    rateLimit: resolveRateLimit(options.rateLimit),
    limits: { storage: options.limits?.storage ?? 'memory' },
    phoneNumberValidator: options.phoneNumberValidator,
    trustedOrigins: new Set(
      [options.baseURL, ...(options.trustedOrigins ?? [])].flatMap((url) =>
        url ? [new URL(url).origin] : [],
      ),
    ),
    numbers: { strict: options.numbers?.strict ?? false },
    accessToken: {
      issuer,
      audience: options.accessToken?.audience ?? issuer,
      expiresIn: options.accessToken?.expiresIn ?? 600,
    },
    session: {
      expiresIn: options.session?.expiresIn ?? 7 * DAY,
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
    messages: {
      signIn: options.messages?.signIn ?? 'Your code is {code}',
      resetPassword: options.messages?.resetPassword ?? 'Password reset code: {code}',
      numberChanged:
        options.messages?.numberChanged ??
        'The phone number of your account was changed. If this was not you, contact support.',
      timeout: options.messages?.timeout ?? 10_000,
    },
  };
  checkTogether(config);
  return config;
}

function resolveRateLimit(options: PhoneAuthOptions['rateLimit']): PhoneAuthConfig['rateLimit'] {
  if (options === false) return false;
  const { window = 60_000, max = 10, routes = {} } = options ?? {};
  return {
    window,
    max,
    routes: Object.fromEntries(Object.entries(routes).map(([route, own]) => [route, { window, ...own }])),
  };
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
