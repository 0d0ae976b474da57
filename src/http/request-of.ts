import type { ExecutionContext } from '@nestjs/common';

/** The request behind a call over HTTP, or over GraphQL, whose third argument is the context with `req`. */
export function requestOf<Request>(context: ExecutionContext): Request {
  return context.getType<string>() === 'graphql'
    ? context.getArgByIndex<{ req: Request }>(2).req
    : context.switchToHttp().getRequest<Request>();
}
