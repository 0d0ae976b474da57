import { ValidateIf } from 'class-validator';

/** Unlike `@IsOptional()`, which also lets `null` through, past every default. */
export const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);
