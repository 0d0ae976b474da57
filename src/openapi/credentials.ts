import type { SecuritySchemes } from './document.js';
import type { RouteDescription } from './route-description.js';

/** What credentials are called in the document. */
const COOKIE = 'phoneAuthCookie';
const BEARER = 'phoneAuthBearer';
const OPERATOR_KEY = 'phoneAuthOperatorKey';

export const securitySchemes = (cookieName: string): SecuritySchemes => ({
  [COOKIE]: {
    type: 'apiKey',
    in: 'cookie',
    name: cookieName,
    description: 'The session, as a sign-in sets it',
  },
  [BEARER]: { type: 'http', scheme: 'bearer', description: 'The token of a session, or an access token' },
  [OPERATOR_KEY]: { type: 'http', scheme: 'bearer', description: 'One of `admin.apiKeys`' },
});

const SESSION = [{ [COOKIE]: [] }, { [BEARER]: [] }];

/** An empty list says that none are needed, also where the host's document asks for some everywhere. */
export const SECURITY: Record<NonNullable<RouteDescription['credentials']>, Record<string, string[]>[]> = {
  nobody: [],
  'session-if-any': [{}, ...SESSION],
  session: SESSION,
  operator: [{ [OPERATOR_KEY]: [] }],
};
