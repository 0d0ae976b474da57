import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type {
  MessageTemplate,
  AdditionalField,
  PasswordOptions,
  PhoneAuthOptions,
  SignUpOptions,
  LimitedRoute,
} from './options.js';
import {
  bool,
  callback,
  callbackOrFalse,
  cookieName,
  domain,
  everyValue,
  group,
  groupOrFalse,
  oneOf,
  origin,
  origins,
  secret,
  secrets,
  template,
  text,
  wholeNumber,
} from './rules.js';

/** Token of the checked options with every default filled in. */
export const PHONE_AUTH_CONFIG = Symbol('nestjs-phone-auth:config');

interface RouteLimit {
  readonly window: number;
  readonly max: number;
}

/** The options as the rooms read them: checked once, nothing missing. Defaults live here and nowhere else. */
export interface PhoneAuthConfig {
  readonly secret: string;
  /** Without the present one, each once. */
  readonly previousSecrets: readonly string[];
  readonly production: boolean;
  readonly sendOTP: PhoneAuthOptions['sendOTP'];
  readonly sendPasswordResetOTP: PhoneAuthOptions['sendPasswordResetOTP'];
  readonly sendNotice: PhoneAuthOptions['sendNotice'];
  readonly verifyOTP: PhoneAuthOptions['verifyOTP'];
  readonly callbackOnVerification: PhoneAuthOptions['callbackOnVerification'];
  readonly signUpOnVerification: SignUpOptions;
  readonly additionalFields: Readonly<Record<string, AdditionalField>>;
  readonly otpLength: number;
  readonly expiresIn: number;
  readonly resendAfter: number;
  readonly allowedAttempts: number;
  readonly allowSignUp: boolean;
  readonly requireVerification: boolean;
  readonly verifyWithSession: 'sign-in' | 'link';
  readonly rateLimit: (RouteLimit & { readonly routes: Partial<Record<LimitedRoute, RouteLimit>> }) | false;
  readonly phoneNumberValidator: PhoneAuthOptions['phoneNumberValidator'];
  readonly trustedOrigins: ReadonlySet<string>;
  readonly numbers: { readonly strict: boolean };
  readonly accessToken: {
    readonly issuer: string;
    readonly audience: string;
    readonly expiresIn: number;
  };
  readonly session: {
    readonly expiresIn: number;
    readonly updateAge: number;
    readonly freshAge: number;
    readonly freshToLink: boolean;
    readonly cookie: {
      readonly prefix: string;
      readonly secure: boolean;
      readonly domain: string | undefined;
      readonly sameSite: 'lax' | 'strict' | 'none';
    };
  };
  readonly password: {
    readonly minLength: number;
    readonly maxLength: number;
    readonly accept: PasswordOptions['accept'];
  };
  readonly messages: {
    readonly signIn: MessageTemplate;
    readonly resetPassword: MessageTemplate;
    readonly numberChanged: string;
    readonly timeout: number;
  };
}

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
  'createdAt',
  'updatedAt',
];

const routeLimit = {
  window: wholeNumber(1_000, DAY * 1_000, 'milliseconds'),
  max: wholeNumber(1, 1_000_000),
};

const checkOptions = group({
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
  otpLength: wholeNumber(4, 10, 'digits'),
  expiresIn: wholeNumber(30, 600, 'seconds'),
  resendAfter: wholeNumber(0, 600, 'seconds'),
  allowedAttempts: wholeNumber(1, 10),
  allowSignUp: bool,
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
  phoneNumberValidator: callback,
  baseURL: origin,
  trustedOrigins: origins,
  numbers: group({ strict: bool }),
  accessToken: group({ issuer: text, audience: text, expiresIn: wholeNumber(60, 3_600, 'seconds') }),
  session: group({
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
    signIn: template,
    resetPassword: template,
    numberChanged: text,
    timeout: wholeNumber(100, 60_000, 'milliseconds'),
  }),
});

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
    requireVerification: options.requireVerification ?? true,
    verifyWithSession: options.verifyWithSession ?? 'sign-in',
    rateLimit: resolveRateLimit(options.rateLimit),
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

/** What each value alone cannot show. */
function checkTogether(config: PhoneAuthConfig): void {
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
  if (config.otpLength < 6) {
    new Logger('PhoneAuth').warn(
      `otpLength is ${config.otpLength}: NIST SP 800-63B-4 asks for 6 digits or more.`,
    );
  }
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
