import type { JsonBodyOf } from '../http/json-body.decorator.js';
import type { AdditionalField } from '../options/options.js';
import { bodySchema } from './body-schema.js';
import type { Operation, Parameter } from './document.js';
import type { HeaderName, RouteDescription } from './route-description.js';
import { TEXT } from './schema.js';

const HEADERS: Record<HeaderName, string> = {
  'x-captcha-response': 'The token of a solved challenge, where the answer to the same request asked for one',
  'idempotency-key': 'The same key for the same number within 60 seconds is the same message',
  'x-challenge': 'The `challenge` that came with the code; with `bindToClient` the cookie says it too',
};

export const parametersOf = (path: string, { headers = [] }: RouteDescription): Parameter[] => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: TEXT,
  })),
  ...headers.map((name) => ({
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
  additionalFields: Readonly<Record<string, AdditionalField>>,
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
