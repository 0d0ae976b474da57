import type { OpenAPIObject } from '@nestjs/swagger';

// The parts of a document that are written here. @nestjs/swagger 11 gives no names to them.

type PathItem = OpenAPIObject['paths'][string];
type Components = NonNullable<OpenAPIObject['components']>;

export type Operation = NonNullable<PathItem['get']>;
export type Parameter = NonNullable<Operation['parameters']>[number];
export type Schema = NonNullable<Components['schemas']>[string];
export type Response = NonNullable<Components['responses']>[string];
export type Headers = NonNullable<Components['headers']>;
export type SecuritySchemes = NonNullable<Components['securitySchemes']>;

/** What one instance of the module adds. */
export type DocumentPart = Pick<Required<OpenAPIObject>, 'paths' | 'components'>;
