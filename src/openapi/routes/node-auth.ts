import { NodeAuthAccountController } from '../../http/node-auth/account.controller.js';
import { AddPhoneController } from '../../http/node-auth/add-phone.controller.js';
import { LoginController } from '../../http/node-auth/login.controller.js';
import { NODE_AUTH_NAMES } from '../../http/node-auth/node-auth-error.filter.js';
import { SmsController } from '../../http/node-auth/sms.controller.js';
import { userSchema } from '../account-schemas.js';
import { SUCCESS } from '../answers.js';
import { PROVING, SENDING, TEMP_TOKEN } from '../failures.js';
import { describedController, type RouteDescription } from '../route-description.js';
import { FLAG, listOf, object, oneOf, orNull, SECONDS, TEXT, TRUE } from '../schema.js';

/** With a token of each kind, or with cookies in their place. */
const TOKENS = object({ success: TRUE }, { accessToken: TEXT, refreshToken: TEXT });

const SIGNS_IN = {
  headers: ['x-captcha-response', 'x-auth-strategy'],
  sets: 'tokens',
} as const satisfies Partial<RouteDescription>;

const SECOND_FACTOR = object({
  requiresTwoFactor: TRUE,
  tempToken: TEXT,
  available2faMethods: listOf(oneOf('sms')),
});

export const NODE_AUTH_ROUTES = [
  describedController(
    SmsController,
    {
      send: {
        summary: 'Send a code to the number of an account: to sign in, or as its second factor',
        headers: ['x-captcha-response', 'idempotency-key'],
        answer: SUCCESS,
        errors: ['ACCOUNT_NOT_FOUND', 'PHONE_NOT_SET', ...TEMP_TOKEN, ...SENDING],
      },
      verify: {
        ...SIGNS_IN,
        summary: 'Sign in with that code',
        answer: TOKENS,
        errors: ['SECOND_FACTOR_REQUIRED', ...TEMP_TOKEN, ...PROVING],
      },
    },
    NODE_AUTH_NAMES,
  ),
  describedController(
    LoginController,
    {
      login: {
        ...SIGNS_IN,
        summary: 'Sign in with e-mail address and password',
        answer: { oneOf: [TOKENS, SECOND_FACTOR] },
        errors: [
          'INVALID_EMAIL_OR_PASSWORD',
          'PASSWORD_TOO_LONG',
          'SECOND_FACTOR_NOT_AVAILABLE',
          'MISSING_RESPONSE',
          'VERIFICATION_FAILED',
        ],
      },
    },
    NODE_AUTH_NAMES,
  ),
  describedController(
    NodeAuthAccountController,
    {
      refresh: {
        summary: 'The next pair of tokens, for a refresh token in the body or in its cookie',
        headers: ['x-auth-strategy', 'x-csrf-token'],
        sets: 'tokens',
        answer: object({ success: TRUE }, { accessToken: TEXT, refreshToken: TEXT, expiresIn: SECONDS }),
        errors: ['REFRESH_TOKEN_REQUIRED', 'INVALID_REFRESH_TOKEN', 'CSRF_INVALID'],
      },
      logout: {
        summary: 'End the session of an access token or a refresh token',
        credentials: 'session-if-any',
        answer: SUCCESS,
      },
      me: {
        summary: 'Who is signed in',
        credentials: 'session',
        answer: (config) =>
          userSchema(config, { email: orNull(TEXT), isEmailVerified: FLAG, require2FA: FLAG }),
      },
    },
    NODE_AUTH_NAMES,
  ),
  describedController(
    AddPhoneController,
    {
      addPhone: {
        summary: 'Send a code to a number, and with that code add the number to the account',
        credentials: 'session',
        headers: ['x-captcha-response', 'idempotency-key'],
        answer: SUCCESS,
        errors: [...SENDING, ...PROVING, 'PHONE_NUMBER_EXIST', 'SESSION_NOT_FRESH'],
      },
    },
    NODE_AUTH_NAMES,
  ),
];
