import { SessionController } from '../../http/sessions/session.controller.js';
import { RefreshController } from '../../http/tokens/refresh.controller.js';
import { TokenController } from '../../http/tokens/token.controller.js';
import { STATUS, SUCCESS, TOKEN_PAIR } from '../answers.js';
import { describedController } from '../route-description.js';
import { listOf, named, object, orNull, TEXT, TRUE } from '../schema.js';

export const SESSION_ROUTES = [
  describedController(SessionController, {
    ok: { summary: 'Whether the routes are there', answer: object({ ok: TRUE }) },
    getSession: {
      summary: 'Who is signed in',
      credentials: 'session-if-any',
      answer: orNull(object({ session: named('PhoneAuthSession'), user: named('PhoneAuthUser') })),
    },
    signOut: { summary: 'End the session', credentials: 'session-if-any', answer: SUCCESS },
    listSessions: {
      summary: 'The live sessions of whoever is signed in, newest first',
      credentials: 'session',
      answer: listOf(named('PhoneAuthSession')),
    },
    revokeSession: { summary: 'End one session', credentials: 'session', answer: STATUS },
    revokeSessions: { summary: 'End every session, this one too', credentials: 'session', answer: STATUS },
    revokeOtherSessions: {
      summary: 'End every session but this one',
      credentials: 'session',
      answer: STATUS,
    },
  }),
  describedController(TokenController, {
    token: {
      summary: 'An access token for other services',
      credentials: 'session',
      answer: object({ token: TEXT }),
    },
    jwks: {
      summary: 'The keys that access tokens are checked with',
      answer: object({ keys: listOf({ type: 'object' }) }),
    },
  }),
  describedController(RefreshController, {
    refresh: {
      summary: 'The next pair of tokens',
      answer: TOKEN_PAIR,
      errors: ['REFRESH_TOKEN_REQUIRED', 'INVALID_REFRESH_TOKEN'],
    },
  }),
];
