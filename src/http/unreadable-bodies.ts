import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { PhoneAuthErrorCode } from '../errors/error-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { MOUNT_PATH } from '../runtime/mount-path.js';
import { errorBody } from './http-errors.js';

/** What body-parser (`type`) and Fastify (`code`) say of a body that they cannot read. */
interface BodyError {
  readonly status?: number;
  readonly statusCode?: number;
  readonly type?: string;
  readonly code?: string;
}

const CODES: Readonly<Record<number, PhoneAuthErrorCode>> = {
  400: 'BAD_REQUEST',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** The parts of the two frameworks that are used here. */
interface ExpressApplication {
  use(
    handler: (
      error: BodyError,
      request: { originalUrl: string },
      response: unknown,
      next: (error: unknown) => void,
    ) => void,
  ): void;
}
interface FastifyApplication {
  addHook(
    name: 'onRoute',
    hook: (route: {
      url: string;
      errorHandler?: (error: BodyError, request: unknown, response: unknown) => void;
    }) => void,
  ): void;
}

/**
 * Answers a body that is no JSON, or too large, in the module's own words. Frameworks read bodies before any route, so
 * no filter of a controller sees these errors; a global one would meddle with the host's routes.
 */
@Injectable()
export class UnreadableBodies {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly application: ApplicationConfig,
    @Inject(MOUNT_PATH) private readonly path: string,
  ) {}

  /** Has to run before the routes are registered. */
  install(): void {
    const { httpAdapter } = this.adapterHost;
    const ours = this.ownRoutes();
    if (httpAdapter.getType() === 'express') {
      const express: ExpressApplication = httpAdapter.getInstance();
      express.use((error, request, response, next) => {
        const answer = ours.test(request.originalUrl) ? answerTo(error) : undefined;
        if (answer) httpAdapter.reply(response, answer, answer.statusCode);
        else next(error);
      });
    } else if (httpAdapter.getType() === 'fastify') {
      const fastify: FastifyApplication = httpAdapter.getInstance();
      fastify.addHook('onRoute', (route) => {
        if (!ours.test(route.url)) return;
        route.errorHandler = (error, _request, response) => {
          const answer = answerTo(error);
          if (!answer) throw error; // on to the handler of the application
          httpAdapter.reply(response, answer, answer.statusCode);
        };
      });
    }
  }

  /** Our paths, below the host's global prefix and, where there is one, a version. */
  private ownRoutes(): RegExp {
    const segments = [this.application.getGlobalPrefix(), this.path].map((path) =>
      path.replaceAll(/^\/+|\/+$/g, ''),
    );
    const [prefix, path] = segments.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^/${prefix ? `${prefix}/` : ''}([^/]+/)?${path}/`);
  }
}

function answerTo({ status, statusCode = status, type = '', code = '' }: BodyError) {
  if (!/^(entity|encoding|charset|request)\./.test(type) && !code.startsWith('FST_ERR_CTP_'))
    return undefined;
  const name = CODES[statusCode ?? 400];
  if (!name) return undefined;
  return errorBody(
    new PhoneAuthError(name, name === 'BAD_REQUEST' ? { message: 'Invalid JSON in request body' } : {}),
  );
}
