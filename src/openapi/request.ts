import type { JsonBodyOf } from '../http/json-body.decorator.js';
import type { PhoneAuthConfig } from '../options/config.js';
import { bodySchema } from './body-schema.js';
import { takesCsrfToken } from './credentials.js';
import type { Operation, Parameter } from './document.js';
import type { MountedRoute } from './mounted-modules.js';
import type { HeaderName, RouteDescription } from './route-description.js';
import { TEXT } from './schema.js';

const HEADERS: Record<HeaderName, string> = {
  'x-captcha-response': 'The token of a solved challenge, where the answer to the same request asked for one',
  'idempotency-key': 'The same key for the same number within 60 seconds is the same message',
  'x-auth-strategy': '`bearer`: tokens in the body, and no cookie',
  'x-csrf-token': 'The value of the cookie `csrf-token`, with what is asked for by cookie',
  'x-challenge': 'The `challenge` that came with the code; with `bindToClient` the cookie says it too',
};

export const parametersOf = (
  route: MountedRoute,
  description: RouteDescription,
  config: PhoneAuthConfig,
): Parameter[] => [
  ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: TEXT,
  })),
  ...[
    ...(description.headers ?? []),
    ...(takesCsrfToken(route, description, config) ? (['x-csrf-token'] as const) : []),
  ].map((name) => ({
    name,
    in: 'header' as const,
    required: false,
    description: HEADERS[name],
    schema: TEXT,
  })),
];

export function requestBodyOf(
  body: JsonBodyOf | undefined,
  description: RouteDescription,
  { additionalFields }: PhoneAuthConfig,
): Pick<Operation, 'requestBody'> {
  if (description.anyBody) {
    const any = { schema: { type: 'object' } };
    return {
      requestBody: { content: { 'application/json': any, 'application/x-www-form-urlencoded': any } },
    };
  }
  if (!body) return {};
  const schema = bodySchema(body, description, additionalFields);
  return {
    requestBody: { required: body.missing === 'refuse', content: { 'application/json': { schema } } },
  };
}
