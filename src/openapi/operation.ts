import type { Type } from '@nestjs/common';
import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import { BrowserRequestGuard } from '../http/browser-request.guard.js';
import { jsonBodyOf } from '../http/json-body.decorator.js';
import { PhoneAuthThrottlerGuard } from '../limits/phone-auth-throttler.guard.js';
import type { PhoneAuthConfig } from '../options/config.js';
import { securityOf, takesCsrfToken } from './credentials.js';
import type { Headers, Operation, Response } from './document.js';
import { errorResponses } from './error-responses.js';
import type { MountedModule, MountedRoute } from './mounted-modules.js';
import { parametersOf, requestBodyOf } from './request.js';
import type { DescribedController, RouteDescription } from './route-description.js';
import { TEXT } from './schema.js';

const SET_BY_SUCCESS: Record<NonNullable<RouteDescription['sets']>, Headers> = {
  session: {
    'Set-Cookie': { schema: TEXT, description: 'The session, and the mark of a known device' },
    'set-auth-token': { schema: TEXT, description: 'The signed token, for clients that keep no cookies' },
  },
  tokens: {
    'Set-Cookie': {
      schema: TEXT,
      description: 'Unless the client is a bearer: `accessToken`, `refreshToken`',
    },
  },
  challenge: { 'Set-Cookie': { schema: TEXT, description: 'With `bindToClient`: the challenge' } },
};

/**
 * A route, in full.
 *
 * @param found the operation as it stands in the document: it keeps its tags and its id
 */
export function operationOf(
  found: Operation,
  route: MountedRoute,
  { names }: DescribedController,
  description: RouteDescription,
  module: MountedModule,
): Operation {
  const { config } = module;
  const body = jsonBodyOf(route.controller, route.handler);
  return {
    ...(found.tags && { tags: found.tags }),
    ...(found.operationId !== undefined && { operationId: found.operationId }),
    summary: description.summary,
    parameters: parametersOf(route, description, config),
    ...requestBodyOf(body, description, config),
    responses: {
      [route.status]: successOf(description, config),
      ...errorResponses(errorsOf(route, description, config, body !== undefined), names),
    },
    security: securityOf(description, module),
  };
}

function successOf({ summary, answer, sets }: RouteDescription, config: PhoneAuthConfig): Response {
  const schema = typeof answer === 'function' ? answer(config) : answer;
  return {
    description: schema ? summary : 'Taken',
    ...(sets && { headers: SET_BY_SUCCESS[sets] }),
    ...(schema && { content: { 'application/json': { schema } } }),
  };
}

/** What guards and the reading of the body refuse, beside what the route itself does. */
function errorsOf(
  route: MountedRoute,
  description: RouteDescription,
  config: PhoneAuthConfig,
  hasBody: boolean,
): Set<PhoneAuthErrorCode> {
  const { controller, verb } = route;
  const { errors = [], credentials = 'nobody' } = description;
  const guards = guardsOf(controller);
  const needsCredentials = credentials === 'session' || credentials === 'operator';
  return new Set<PhoneAuthErrorCode>([
    ...(hasBody ? (['VALIDATION_ERROR', 'BAD_REQUEST', 'PAYLOAD_TOO_LARGE'] as const) : []),
    ...errors,
    ...(needsCredentials ? (['UNAUTHORIZED'] as const) : []),
    ...(takesCsrfToken(route, description, config) ? (['CSRF_INVALID'] as const) : []),
    ...(verb !== 'get' && guards.includes(BrowserRequestGuard)
      ? (['MISSING_OR_NULL_ORIGIN', 'INVALID_ORIGIN', 'UNSUPPORTED_MEDIA_TYPE'] as const)
      : []),
    ...(guards.includes(PhoneAuthThrottlerGuard) ? (['RATE_LIMITED'] as const) : []),
    'SERVICE_UNAVAILABLE',
  ]);
}

/** Where Nest keeps the guards of a controller. */
const guardsOf = (controller: Type<object>): unknown[] =>
  (Reflect.getMetadata('__guards__', controller) as unknown[] | undefined) ?? [];
