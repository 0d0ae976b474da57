import type { Schema } from './document.js';

export const TEXT: Schema = { type: 'string' };
export const FLAG: Schema = { type: 'boolean' };
export const TRUE: Schema = { type: 'boolean', enum: [true] };
export const MOMENT: Schema = { type: 'string', format: 'date-time' };
export const SECONDS: Schema = { type: 'integer', minimum: 0, description: 'Seconds' };

export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });

export const listOf = (items: Schema): Schema => ({ type: 'array', items });

export const described = (schema: Schema, description: string): Schema => ({ ...schema, description });

/** OpenAPI 3.0 has no type for `null` alone. */
export const NULL: Schema = { type: 'object', nullable: true, enum: [null] };

export const orNull = (schema: Schema): Schema =>
  '$ref' in schema ? { oneOf: [schema, NULL] } : { ...schema, nullable: true };

/** @param optional properties that are not always there */
export const object = (
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
});

/** A schema that has a name in the document. */
export const named = (name: ComponentName): Schema => ({ $ref: `#/components/schemas/${name}` });

/** As several instances of the module may name them, each for itself. */
export type ComponentName = 'PhoneAuthUser' | 'PhoneAuthSession' | 'PhoneAuthError';
