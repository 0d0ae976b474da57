import { type CanActivate, Injectable, NotFoundException } from '@nestjs/common';

/** In production these routes do not exist. */
@Injectable()
export class DevelopmentGuard implements CanActivate {
  canActivate(): boolean {
    if (process.env['NODE_ENV'] === 'production') throw new NotFoundException();
    return true;
  }
}
