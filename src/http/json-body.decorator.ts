import {
  createParamDecorator,
  type ExecutionContext,
  type Type,
  ValidationPipe,
  type ValidationError,
} from '@nestjs/common';
import { fieldName } from '../errors/field-name.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';

/** Wrong fields that one answer names. */
const MOST_NAMED = 5;

/** Other names under which a field may come, so that front ends of other systems need no change (S4.29). */
export type Aliases = Readonly<Record<string, string>>;

interface BodyRules {
  readonly others?: 'refuse' | 'leave';
  readonly missing?: 'refuse' | 'allow';
}

/** As {@link JsonBody} was told. */
export interface JsonBodyOf extends Required<BodyRules> {
  readonly Dto: Type<object>;
  readonly aliases: Aliases;
}

const JSON_BODY = 'nestjs-phone-auth:json-body';

/**
 * The JSON body as a checked DTO. It is a decorator of our own, so that a global `ValidationPipe` of the host neither
 * reshapes the body before us nor words our errors.
 *
 * A field that the DTO does not know is refused, unless `others` leaves it to {@link OtherFields}. Where it may be
 * `missing`, no body is the same as an empty one.
 *
 * @throws PhoneAuthError `VALIDATION_ERROR`, naming the fields
 */
export function JsonBody(
  Dto: Type<object>,
  aliases: Aliases = {},
  { others = 'refuse', missing = 'refuse' }: BodyRules = {},
): ParameterDecorator {
  const read = createParamDecorator((_: unknown, context: ExecutionContext) => {
    const { body } = context.switchToHttp().getRequest<{ body?: unknown }>();
    return withCanonicalNames(missing === 'allow' ? (body ?? {}) : body, aliases);
  });
  const check = read(
    new ValidationPipe({
      expectedType: Dto,
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: others === 'refuse',
      validateCustomDecorators: true,
      exceptionFactory: (errors) =>
        new PhoneAuthError('VALIDATION_ERROR', {
          message: errors.slice(0, MOST_NAMED).map(sentence).join('; '),
        }),
    }),
  );
  return (target, method, index) => {
    check(target, method, index);
    const body: JsonBodyOf = { Dto, aliases, others, missing };
    if (method !== undefined) Reflect.defineMetadata(JSON_BODY, body, target, method);
  };
}

/** What a route takes as its body, for whoever describes it; `undefined` where it takes none. */
export function jsonBodyOf(controller: Type<object>, method: string): JsonBodyOf | undefined {
  return Reflect.getMetadata(JSON_BODY, controller.prototype as object, method) as JsonBodyOf | undefined;
}

/** What a body holds beside the named fields, unchecked. */
export function OtherFields(known: readonly string[], aliases: Aliases = {}): ParameterDecorator {
  const read = createParamDecorator((_: unknown, context: ExecutionContext) => {
    const body = withCanonicalNames(context.switchToHttp().getRequest<{ body?: unknown }>().body, aliases);
    return Object.fromEntries(Object.entries(body).filter(([name]) => !known.includes(name)));
  });
  return read();
}

function withCanonicalNames(body: unknown, aliases: Aliases): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PhoneAuthError('VALIDATION_ERROR', { message: '[body] must be a JSON object' });
  }
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, nested]: [string, unknown]) => {
      const value = flat(nested);
      const canonical = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
      if (canonical === undefined) return [[name, value]];
      // where both are sent, the canonical name counts
      return Object.hasOwn(body, canonical) ? [] : [[canonical, value]];
    }),
  );
}

/**
 * No field holds more than a list of plain values, so nothing looks further: thousands of levels would overflow whoever
 * walks them.
 */
function flat(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map((entry) => (typeof entry === 'object' ? {} : entry)) : {};
}

function sentence({ property, constraints = {} }: ValidationError): string {
  const { whitelistValidation: unknown, ...wrong } = constraints;
  const what = unknown === undefined ? Object.values(wrong).join(', ') : 'is not a field of this route';
  return `[body.${fieldName(property)}] ${what}`;
}
