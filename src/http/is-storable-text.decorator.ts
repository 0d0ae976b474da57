import { ValidateBy } from 'class-validator';

/**
 * A text that every database takes into a column of `max` characters. Counted as the database counts, where
 * class-validator's `@MaxLength()` leaves variation selectors out; and without NUL, which PostgreSQL cannot store.
 */
export function IsStorableText(max: number): PropertyDecorator {
  return ValidateBy({
    name: 'isStorableText',
    constraints: [max],
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && !value.includes('\0') && Array.from(value).length <= max,
      defaultMessage: (args) =>
        `${args?.property ?? 'value'} must be a text of at most ${max} characters without NUL`,
    },
  });
}
