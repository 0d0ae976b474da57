import { type INestApplicationContext, RequestMethod, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { TokenCookies } from '../http/token-cookies.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { MOUNT_PATH } from '../runtime/mount-path.js';

/** A route as it is mounted, below the host's prefix and version. */
export interface MountedRoute {
  readonly controller: Type<object>;
  /** The method of the controller. */
  readonly handler: string;
  readonly verb: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Without a slash before it: `auth/delivery/{provider}`. */
  readonly path: string;
  /** Of its success. */
  readonly status: number;
}

/** One instance of the module. */
export interface MountedModule {
  readonly path: string;
  readonly config: PhoneAuthConfig;
  /** The cookie of the node-auth dialect, where that is mounted. */
  readonly accessTokenCookie: string | undefined;
  readonly routes: readonly MountedRoute[];
}

/** The instances of the module in an application, those of shorter paths first. */
export function mountedModules(app: INestApplicationContext): MountedModule[] {
  const modules: MountedModule[] = [];
  for (const { providers, controllers } of app.get(ModulesContainer, { strict: false }).values()) {
    const path = providers.get(MOUNT_PATH)?.instance as string | undefined;
    const config = providers.get(PHONE_AUTH_CONFIG)?.instance as PhoneAuthConfig | undefined;
    if (path === undefined || config === undefined) continue;
    const accessTokenCookie = (providers.get(TokenCookies)?.instance as TokenCookies | undefined)
      ?.accessTokenName;
    const routes = [...controllers.values()].flatMap(({ metatype }) => routesOf(metatype as Type<object>));
    modules.push({ path: trimmed(path), config, accessTokenCookie, routes });
  }
  return modules.toSorted((a, b) => a.path.length - b.path.length);
}

/** Keys under which Nest keeps what its decorators say. */
const PATH = 'path';
const METHOD = 'method';
const HTTP_CODE = '__httpCode__';

/** @param mounted made for one instance, and derived from the controller that has the routes */
function routesOf(mounted: Type<object>): MountedRoute[] {
  const controller = Object.getPrototypeOf(mounted) as Type<object>;
  const handlers = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(handlers).flatMap((handler) => {
    const at = (key: string): unknown => Reflect.getMetadata(key, handlers[handler] ?? {});
    const method = at(METHOD) as RequestMethod | undefined;
    if (handler === 'constructor' || method === undefined) return [];
    const verb = RequestMethod[method].toLowerCase() as MountedRoute['verb'];
    const status = (at(HTTP_CODE) as number | undefined) ?? (verb === 'post' ? 201 : 200);
    return [at(PATH)].flat().map((path) => ({
      controller,
      handler,
      verb,
      path: joined(String(Reflect.getMetadata(PATH, mounted)), String(path)),
      status,
    }));
  });
}

const joined = (...segments: string[]): string =>
  segments
    .map(trimmed)
    .filter((segment) => segment !== '')
    .join('/')
    .replaceAll(/:(\w+)/g, '{$1}');

const trimmed = (path: string): string => path.replaceAll(/^\/+|\/+$/g, '');
