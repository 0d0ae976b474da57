import { getMetadataStorage } from 'class-validator';
import type { JsonBodyOf } from '../http/json-body.decorator.js';
import type { AdditionalField } from '../options/options.js';
import type { RouteDescription } from './route-description.js';
import type { Schema } from './document.js';

/** What a decorator of class-validator says of a field, by the name that the decorator has there. */
const WORDS: Readonly<Record<string, (constraints: readonly unknown[]) => object>> = {
  isString: () => ({ type: 'string' }),
  isNotEmpty: () => ({ minLength: 1 }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isIn: ([values]) => ({ type: 'string', enum: values }),
  isStorableText: ([maxLength]) => ({ type: 'string', maxLength }),
  isArray: () => ({ type: 'array' }),
  arrayUnique: () => ({ uniqueItems: true }),
  isWebhookUrl: () => ({ type: 'string', format: 'uri' }),
  isOptional: () => ({ nullable: true }),
};

/**
 * The schema of a body, from what checks it. Fields that are read under other names as well are described under their own.
 *
 * @throws Error for a check that has no words yet
 */
export function bodySchema(
  { Dto, aliases, others }: JsonBodyOf,
  { fields: corrections = {}, oneOf }: Pick<RouteDescription, 'fields' | 'oneOf'>,
  additionalFields: Readonly<Record<string, AdditionalField>>,
): Schema {
  const properties: Record<string, Schema> = {};
  const optional = new Set<string>();
  for (const { propertyName, type, name = '', constraints, each } of checksOf(Dto)) {
    if (type === 'conditionalValidation') optional.add(propertyName);
    const words = name === '' ? undefined : WORDS[name];
    if (name !== '' && !words) throw new Error(`${Dto.name}.${propertyName}: no words for @${name}`);
    const said = words?.(constraints ?? []);
    properties[propertyName] = { ...properties[propertyName], ...(each ? { items: said } : said) };
  }
  for (const [alias, field] of Object.entries(aliases)) {
    if (field in properties)
      properties[field] = { description: `Also read as \`${alias}\``, ...properties[field] };
  }
  const described = Object.entries({ ...properties, ...corrections }).flatMap(([name, schema]) =>
    schema ? [[name, schema] as const] : [],
  );
  const required = described.map(([name]) => name).filter((name) => !optional.has(name));
  const own = others === 'leave' ? inputOf(additionalFields) : {};
  return {
    type: 'object',
    properties: { ...Object.fromEntries(described), ...own },
    ...(required.length > 0 && { required }),
    ...(oneOf && { oneOf: oneOf.map((field) => ({ required: [field] })) }),
    additionalProperties: false,
  };
}

const checksOf = (Dto: JsonBodyOf['Dto']) =>
  getMetadataStorage().getTargetValidationMetadatas(Dto, '', false, false);

/** The host's fields that a client may set. */
function inputOf(fields: Readonly<Record<string, AdditionalField>>): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { type, input }]) =>
      input === false ? [] : [[name, { type, nullable: true }]],
    ),
  );
}
