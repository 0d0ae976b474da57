import type { ExecutionContext } from '@nestjs/common';

/** The request behind a call over HTTP, or over GraphQL, whose third argument is the context with `req`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- like Nest's own getRequest<T>()
export function requestOf<Request>(context: ExecutionContext): Request {
  return context.getType<string>() === 'graphql'
    ? context.getArgByIndex<{ req: Request }>(2).req
    : context.switchToHttp().getRequest<Request>();
}
