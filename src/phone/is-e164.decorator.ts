import { ValidateBy, type ValidationOptions } from 'class-validator';
import { parseE164, type ParseE164Options } from './e164.js';

/**
 * class-validator: the property is a phone number that {@link parseE164} accepts. Stricter than `@IsPhoneNumber()`,
 * which takes extensions and full-width digits. The number exists in its plan and may be of any country and kind: the policy
 * of the option `numbers` is not asked.
 *
 * @example
 * ```ts
 * class InviteDto {
 *   @IsE164() phone: string;
 * }
 * ```
 * @publicApi
 */
export function IsE164(options: ParseE164Options = {}, validation?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isE164',
      validator: {
        validate: (value: unknown) => parseE164(value, options) !== undefined,
        defaultMessage: (args) =>
          `${args?.property ?? 'value'} must be a phone number in E.164 form, such as +12025550123`,
      },
    },
    validation,
  );
}
