import { Inject, Injectable } from '@nestjs/common';
import { fieldName } from '../errors/field-name.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';

/** A value of a declared field. */
export type FieldValue = string | number | boolean | null;
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** Longest text in a field: enough for a sentence, too little for a flood. */
const MAX_TEXT = 1_024;

/** The fields that a host declared for its users (S4.40). What is not declared is refused by name. */
@Injectable()
export class AdditionalFields {
  constructor(@Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig) {}

  /**
   * Checks what a client sent beside the known fields.
   *
   * @throws PhoneAuthError `FIELD_NOT_ALLOWED`, `VALIDATION_ERROR`
   */
  parse(input: Readonly<Record<string, unknown>>): FieldValues {
    return Object.fromEntries(
      Object.entries(input).map(([name, value]) => {
        const { additionalFields } = this.config;
        const field = Object.hasOwn(additionalFields, name) ? additionalFields[name] : undefined;
        if (!field || field.input === false) {
          throw new PhoneAuthError('FIELD_NOT_ALLOWED', {
            message: `${fieldName(name)} is not allowed to be set`,
          });
        }
        if (!isValue(value, field.type)) {
          throw new PhoneAuthError('VALIDATION_ERROR', { message: `[body.${name}] must be a ${field.type}` });
        }
        return [name, value];
      }),
    );
  }

  /** @throws PhoneAuthError `MISSING_FIELD` where somebody signs up without a required one */
  requireAll(values: FieldValues): void {
    for (const [name, field] of Object.entries(this.config.additionalFields)) {
      if (field.required && (values[name] === undefined || values[name] === null)) {
        throw new PhoneAuthError('MISSING_FIELD', { message: `${name} is required` });
      }
    }
  }
}

function isValue(value: unknown, type: 'string' | 'number' | 'boolean'): value is FieldValue {
  if (value === null) return true;
  return typeof value === type && (typeof value !== 'string' || value.length <= MAX_TEXT);
}
