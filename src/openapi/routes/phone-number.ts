import { DeliveryController } from '../../http/phone-number/delivery.controller.js';
import { PasswordResetController } from '../../http/phone-number/password-reset.controller.js';
import { PhoneNumberController } from '../../http/phone-number/phone-number.controller.js';
import { SignInController } from '../../http/phone-number/sign-in.controller.js';
import { ReceiptController } from '../../http/receipts/receipt.controller.js';
import { CODE_SENT, proof, sent, signIn } from '../answers.js';
import { ENTERING, NEW_PASSWORD, PROVING, SENDING } from '../failures.js';
import { describedController } from '../route-description.js';
import { listOf, NULL, object, oneOf, SECONDS, TEXT, TRUE } from '../schema.js';

const PENDING_SECOND_FACTOR = object({
  requiresTwoFactor: TRUE,
  tempToken: TEXT,
  available2faMethods: listOf(oneOf('sms')),
  maskedPhoneNumber: TEXT,
  expiresIn: SECONDS,
  token: NULL,
  user: NULL,
  session: NULL,
});

export const PHONE_NUMBER_ROUTES = [
  describedController(PhoneNumberController, {
    sendOtp: {
      summary: 'Send a code that signs in',
      credentials: 'session-if-any',
      headers: ['x-captcha-response', 'idempotency-key'],
      answer: CODE_SENT,
      sets: 'challenge',
      errors: SENDING,
    },
    verify: {
      summary: 'Prove a number with its code: sign in, sign up, or add the number to an account',
      credentials: 'session-if-any',
      headers: ['x-captcha-response'],
      answer: proof({ success: TRUE, verified: TRUE, status: TRUE }),
      sets: 'session',
      errors: [
        ...ENTERING,
        'USER_NOT_FOUND',
        'PHONE_NUMBER_EXIST',
        'SESSION_NOT_FRESH',
        'RECENT_OTP_REQUIRED',
        'FIELD_NOT_ALLOWED',
      ],
    },
  }),
  describedController(SignInController, {
    signIn: {
      summary: 'Sign in with a code or with a password',
      headers: ['x-captcha-response'],
      oneOf: ['code', 'password'],
      answer: { oneOf: [signIn(), PENDING_SECOND_FACTOR] },
      sets: 'session',
      errors: [
        ...ENTERING,
        'INVALID_PHONE_NUMBER_OR_PASSWORD',
        'PASSWORD_TOO_LONG',
        'PHONE_NUMBER_NOT_VERIFIED',
        'SECOND_FACTOR_NOT_AVAILABLE',
      ],
    },
  }),
  describedController(PasswordResetController, {
    request: {
      summary: 'Send a code for a new password, where the number has an account',
      headers: ['x-captcha-response', 'idempotency-key'],
      answer: sent({ success: TRUE, status: TRUE }),
      sets: 'challenge',
      errors: SENDING,
    },
    reset: {
      summary: 'Set a password with the code, and end every session',
      headers: ['x-captcha-response'],
      answer: object({ success: TRUE, status: TRUE }),
      errors: ['INVALID_PHONE_NUMBER', ...NEW_PASSWORD, ...PROVING, 'PHONE_NUMBER_PENDING_VERIFICATION'],
    },
  }),
  describedController(DeliveryController, {
    state: {
      summary: 'What became of the message with a code',
      headers: ['x-challenge'],
      answer: object({ status: oneOf('queued', 'sent', 'delivered', 'failed') }),
      errors: ['MESSAGE_NOT_FOUND', 'PHONE_SIGN_IN_DISABLED'],
    },
  }),
  describedController(ReceiptController, {
    take: {
      summary: 'A provider’s receipt for a message, signed as the provider signs',
      anyBody: true,
      answer: undefined,
      errors: ['INVALID_RECEIPT'],
    },
  }),
];
