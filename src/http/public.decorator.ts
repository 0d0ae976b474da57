import { SetMetadata } from '@nestjs/common';

export const PUBLIC_ROUTE = 'nestjs-phone-auth:public';

/**
 * Lets everybody through {@link PhoneAuthGuard}. Whoever is signed in is still known to `@CurrentUser()`.
 *
 * @example
 * ```ts
 * @Public()
 * @Get('prices')
 * prices() {}
 * ```
 * @publicApi
 */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC_ROUTE, true);
