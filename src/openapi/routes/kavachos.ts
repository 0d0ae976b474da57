import { KavachosController } from '../../http/kavachos/kavachos.controller.js';
import { KAVACHOS_NAMES } from '../../http/kavachos/kavachos-error.filter.js';
import { SUCCESS, TOKENS } from '../answers.js';
import { ENTERING, SENDING } from '../failures.js';
import { describedController } from '../route-description.js';
import { MOMENT, named, object, TEXT } from '../schema.js';

export const KAVACHOS_ROUTES = [
  describedController(
    KavachosController,
    {
      send: {
        summary: 'Send a code that signs in',
        headers: ['x-captcha-response', 'idempotency-key'],
        answer: SUCCESS,
        sets: 'challenge',
        errors: SENDING,
      },
      verify: {
        summary: 'Sign in with the code, or sign up',
        headers: ['x-captcha-response'],
        answer: object(
          {
            user: { allOf: [named('PhoneAuthUser'), object({ phone: TEXT })] },
            session: object({ token: TEXT, expiresAt: MOMENT }),
          },
          TOKENS,
        ),
        sets: 'session',
        errors: ENTERING,
      },
    },
    KAVACHOS_NAMES,
  ),
];
