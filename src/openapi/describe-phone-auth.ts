import { type INestApplicationContext, VersioningType } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { securitySchemes } from './credentials.js';
import { DESCRIBED_CONTROLLERS } from './described-controllers.js';
import type { DocumentPart, Operation } from './document.js';
import { ERROR_SCHEMA } from './error-responses.js';
import { mountedModules, type MountedModule, type MountedRoute } from './mounted-modules.js';
import { operationOf } from './operation.js';
import { SESSION_SCHEMA, userSchema } from './account-schemas.js';

/**
 * Completes what @nestjs/swagger has found of the module's routes: bodies, answers, errors, headers and the schemes of
 * security, for every instance of the module and every dialect that is mounted. Routes that the document leaves out stay
 * out, and what belongs to the host is not touched.
 *
 * Schemas are named `PhoneAuth…`, schemes `phoneAuth…`. A second instance has its path before those names.
 *
 * @param document is changed, and returned
 * @throws Error where a route has no description, which is a fault of this module
 * @example
 * ```ts
 * import { describePhoneAuth } from 'nestjs-phone-auth/openapi';
 *
 * const document = () => describePhoneAuth(app, SwaggerModule.createDocument(app, config));
 * SwaggerModule.setup('docs', app, document);
 * ```
 * @publicApi
 */
export function describePhoneAuth(app: INestApplicationContext, document: OpenAPIObject): OpenAPIObject {
  const application = app.get(ApplicationConfig, { strict: false });
  for (const [index, module] of mountedModules(app).entries()) {
    const part: DocumentPart = { paths: {}, components: componentsOf(module) };
    for (const route of module.routes) {
      for (const path of pathsOf(document, application, route)) {
        const found = document.paths[path]?.[route.verb];
        if (!found) continue;
        const operation = describe(found, path, route, module);
        if (operation) (part.paths[path] ??= {})[route.verb] = operation;
        else leaveOut(document, path, route);
      }
    }
    if (Object.keys(part.paths).length === 0) continue;
    merge(document, index === 0 ? part : withOwnNames(part, module.path));
  }
  return document;
}

/** `undefined` for what nobody can call, such as an operator's route where there are no operators. */
function describe(
  found: Operation,
  path: string,
  route: MountedRoute,
  module: MountedModule,
): Operation | undefined {
  const controller = DESCRIBED_CONTROLLERS.find((described) => described.controller === route.controller);
  const description = controller?.routes[route.handler];
  if (!controller || !description) throw new Error(`${route.verb} ${route.path} has no description`);
  if (description.exists?.(module.config) === false) return undefined;
  // one controller may be mounted more than once, and in several versions
  const operationId = camelCase(`${route.verb} ${path}`);
  return operationOf({ ...found, operationId }, route, controller, description, module);
}

function leaveOut({ paths }: OpenAPIObject, path: string, { verb }: MountedRoute): void {
  const { [verb]: _, ...others } = paths[path] ?? {};
  if (Object.keys(others).length > 0) paths[path] = others;
  else delete paths[path];
}

/** Where the document has a route: below the prefix, unless it was made without, and where versions are in paths below one. */
function pathsOf(document: OpenAPIObject, application: ApplicationConfig, { path }: MountedRoute): string[] {
  const versioning = application.getVersioning();
  const isInPath = versioning?.type === VersioningType.URI;
  const version = isInPath
    ? `(/${literal(versioning.prefix === false ? '' : (versioning.prefix ?? 'v'))}[^/]+)?`
    : '';
  const prefix = application.getGlobalPrefix().replaceAll(/^\/+|\/+$/g, '');
  const here = new RegExp(`^${prefix && `(/${literal(prefix)})?`}${version}/${literal(path)}$`);
  return Object.keys(document.paths).filter((candidate) => here.test(candidate));
}

const camelCase = (words: string): string =>
  words
    .replaceAll(/[^a-z0-9]+(.)/gi, (_, letter: string) => letter.toUpperCase())
    .replaceAll(/[^a-z0-9]/gi, '');

const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The schemas and schemes that one instance's routes refer to. */
const componentsOf = (module: MountedModule): DocumentPart['components'] => ({
  schemas: {
    PhoneAuthUser: userSchema(module.config),
    PhoneAuthSession: SESSION_SCHEMA,
    PhoneAuthError: ERROR_SCHEMA,
  },
  securitySchemes: securitySchemes(module),
});

/** Several instances have users and cookies of their own, and so their own names for them. */
function withOwnNames(part: DocumentPart, path: string): DocumentPart {
  const owner = path.replaceAll(/(^|[^a-z0-9]+)([a-z0-9])/gi, (_, __, letter: string) =>
    letter.toUpperCase(),
  );
  const text = JSON.stringify(part)
    .replaceAll(/"PhoneAuth(User|Session|Error)"|(?<=\/)PhoneAuth(User|Session|Error)"/g, (name) =>
      name.replace('PhoneAuth', `${owner}PhoneAuth`),
    )
    .replaceAll(/"phoneAuth(Cookie|Bearer|AccessToken|OperatorKey)"/g, (name) =>
      name.replace('phoneAuth', `${owner[0]?.toLowerCase()}${owner.slice(1)}PhoneAuth`),
    );
  return JSON.parse(text) as DocumentPart;
}

function merge(document: OpenAPIObject, { paths, components }: DocumentPart): void {
  for (const [path, item] of Object.entries(paths)) Object.assign((document.paths[path] ??= {}), item);
  document.components ??= {};
  const { schemas, securitySchemes } = document.components;
  document.components.schemas = { ...schemas, ...components.schemas };
  document.components.securitySchemes = { ...securitySchemes, ...components.securitySchemes };
}
