import { Logger } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { PhoneAuthConfig } from './config.js';
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
  otpLength: wholeNumber(4, 10, 'digits'),
  expiresIn: wholeNumber(30, 600, 'seconds'),
  resendAfter: wholeNumber(0, 600, 'seconds'),
  allowedAttempts: wholeNumber(1, 10),
  allowSignUp: bool,
  createUserOn: oneOf('verify', 'send'),
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
  limits: group({ storage: oneOf('memory', 'database') }),
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

/** What each value alone cannot show. */
export function checkTogether(config: PhoneAuthConfig): void {
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
