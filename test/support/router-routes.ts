import type { INestApplication } from '@nestjs/common';
import type { Answer, HttpClient, RequestHeaders } from './http-client.js';

/** A route as the framework's router has it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

interface ExpressRouter {
  readonly router: {
    readonly stack: readonly {
      readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
    }[];
  };
}

interface FastifyRouter {
  printRoutes(options: { commonPrefix: false }): string;
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies Route['method'][];

const isMethod = (name: string): name is Route['method'] => METHODS.includes(name);

/** Every route of an application, asked of Express's or Fastify's router and of nobody else. */
export function routesOf(app: INestApplication): Route[] {
  const instance = app.getHttpAdapter().getInstance() as ExpressRouter | FastifyRouter;
  const found = 'printRoutes' in instance ? fromFastify(instance) : fromExpress(instance);
  return found.flatMap(({ path, methods }) => methods.filter(isMethod).map((method) => ({ method, path })));
}

function fromExpress({ router }: ExpressRouter) {
  return router.stack.flatMap(({ route }) =>
    route
      ? [{ path: route.path, methods: Object.keys(route.methods).map((name) => name.toUpperCase()) }]
      : [],
  );
}

/** It prints a tree: four characters a level, and in each line what the path goes on with. */
function fromFastify(instance: FastifyRouter) {
  const above: string[] = [];
  return instance
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, branch = '', part = '', methods = ''] = /^(.*?[├└]── )(\S*) \((.*)\)$/.exec(line) ?? [];
      if (branch === '') return [];
      const level = branch.length / 4 - 1;
      const path = above.slice(0, level).join('') + part;
      above.splice(level, Infinity, part);
      return [{ path, methods: methods.split(', ') }];
    });
}

/** What some routes want to read before they ask who calls. */
export type Bodies = Readonly<Record<string, object>>;

const BODIES: Bodies = {
  '/update-user': { name: 'Mallory' },
  '/change-password': { currentPassword: 'correct horse', newPassword: 'another horse' },
  '/revoke-session': { token: 'anything' },
  '/two-factor/enable': { password: 'correct horse' },
  '/two-factor/disable': { password: 'correct horse' },
  '/step-up/verify': { code: '123456' },
};

/** How a route answers to somebody. */
interface Told {
  readonly route: string;
  readonly status: number;
  readonly code: string | undefined;
}

/**
 * How every route of an application answers to somebody who shows these headers: parameters are filled in, and bodies are
 * what the routes read first, by the end of their path.
 */
export async function tellingOf(
  app: INestApplication,
  http: HttpClient,
  headers: RequestHeaders,
  bodies: Bodies = {},
): Promise<Told[]> {
  const told: Told[] = [];
  for (const { method, path } of routesOf(app)) {
    const known = Object.entries({ ...BODIES, ...bodies }).find(([end]) => path.endsWith(end));
    const body = method === 'GET' ? undefined : JSON.stringify(known?.[1] ?? {});
    const { status, body: said }: Answer = await http.sendTo(method, path.replaceAll(/:\w+/g, 'x'), body, {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    });
    told.push({ route: `${method} ${path}`, status, code: said.code });
  }
  return told;
}
