import { SetMetadata } from '@nestjs/common';
import { BUCKET_ROUTE } from '../limits/throttlers.js';
import type { LimitedRoute as Route } from '../options/options.js';

/** Names a route for `rateLimit.routes`. */
export const LimitedRoute = (route: Route): MethodDecorator => SetMetadata(BUCKET_ROUTE, route);
