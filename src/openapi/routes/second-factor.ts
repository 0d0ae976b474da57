import { StepUpController } from '../../http/step-up/step-up.controller.js';
import { TwoFactorController } from '../../http/two-factor/two-factor.controller.js';
import { sent, signIn } from '../answers.js';
import { PROVING, SENDING, TEMP_TOKEN } from '../failures.js';
import { describedController, type RouteDescription } from '../route-description.js';
import { named, object, TEXT, TRUE } from '../schema.js';

const CODE_SENT = sent({ success: TRUE, message: TEXT, maskedPhoneNumber: TEXT });

const change = (summary: string): RouteDescription => ({
  summary,
  credentials: 'session',
  answer: object({ success: TRUE, status: TRUE, user: named('PhoneAuthUser') }),
  errors: [
    'RECENT_OTP_REQUIRED',
    'INVALID_PASSWORD',
    'CREDENTIAL_ACCOUNT_NOT_FOUND',
    'SECOND_FACTOR_NOT_AVAILABLE',
  ],
});

export const SECOND_FACTOR_ROUTES = [
  describedController(TwoFactorController, {
    enable: change('Ask for a code beside the password'),
    disable: change('Ask for the password alone'),
    send: {
      summary: 'Send the code that a sign-in by password takes as well',
      headers: ['x-captcha-response', 'idempotency-key'],
      answer: CODE_SENT,
      sets: 'challenge',
      errors: [...TEMP_TOKEN, ...SENDING],
    },
    verify: {
      summary: 'End a sign-in by password with the code',
      headers: ['x-captcha-response'],
      answer: signIn(),
      sets: 'session',
      errors: [...TEMP_TOKEN, ...PROVING],
    },
  }),
  describedController(StepUpController, {
    send: {
      summary: 'Send a code to whoever is signed in, for what takes a recent one',
      credentials: 'session',
      headers: ['x-captcha-response', 'idempotency-key'],
      answer: CODE_SENT,
      sets: 'challenge',
      errors: ['VERIFIED_PHONE_REQUIRED', ...SENDING],
    },
    verify: {
      summary: 'Give that code',
      credentials: 'session',
      headers: ['x-captcha-response'],
      answer: signIn(),
      sets: 'session',
      errors: ['VERIFIED_PHONE_REQUIRED', ...PROVING],
    },
  }),
];
