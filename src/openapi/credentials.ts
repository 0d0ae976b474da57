import { cookieName } from '../http/cookie-attributes.js';
import type { PhoneAuthConfig } from '../options/config.js';
import type { SecuritySchemes } from './document.js';
import type { MountedModule, MountedRoute } from './mounted-modules.js';
import type { RouteDescription } from './route-description.js';

/** What credentials are called in the document. */
const COOKIE = 'phoneAuthCookie';
const BEARER = 'phoneAuthBearer';
const ACCESS_TOKEN = 'phoneAuthAccessToken';
const OPERATOR_KEY = 'phoneAuthOperatorKey';

/** The credentials that an instance of the module knows. */
export function securitySchemes({ config, accessTokenCookie }: MountedModule): SecuritySchemes {
  return {
    [COOKIE]: {
      type: 'apiKey',
      in: 'cookie',
      name: cookieName(config, 'session_token'),
      description: 'The session, as a sign-in sets it',
    },
    [BEARER]: { type: 'http', scheme: 'bearer', description: 'The token of a session, or an access token' },
    ...(accessTokenCookie !== undefined && {
      [ACCESS_TOKEN]: {
        type: 'apiKey',
        in: 'cookie',
        name: accessTokenCookie,
        description: 'An access token, as node-auth’s routes set it',
      },
    }),
    ...(config.admin && {
      [OPERATOR_KEY]: { type: 'http', scheme: 'bearer', description: 'One of `admin.apiKeys`' },
    }),
  };
}

/** An empty list says that none are needed, also where the host's document asks for some everywhere. */
export function securityOf(
  { credentials = 'nobody' }: RouteDescription,
  { accessTokenCookie }: MountedModule,
): Record<string, string[]>[] {
  const session = [COOKIE, BEARER, ...(accessTokenCookie === undefined ? [] : [ACCESS_TOKEN])].map(
    (scheme) => ({ [scheme]: [] }),
  );
  const ways = {
    nobody: [],
    'session-if-any': [{}, ...session],
    session,
    operator: [{ [OPERATOR_KEY]: [] }],
  };
  return ways[credentials];
}

/** Whether a request has to repeat the double submit's cookie, where that is on and a cookie decides who is asking. */
export const takesCsrfToken = (
  { verb }: MountedRoute,
  { credentials = 'nobody' }: RouteDescription,
  { nodeAuth }: PhoneAuthConfig,
): boolean => nodeAuth.csrf && verb !== 'get' && ['session-if-any', 'session'].includes(credentials);
