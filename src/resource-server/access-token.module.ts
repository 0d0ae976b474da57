import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../runtime/clock.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
  RESOLVED_OPTIONS,
} from './module-definition.js';
import { resolveOptions } from './resolve-options.js';

/**
 * For a service that has the public keys and neither the secret nor the tables: {@link AccessTokenGuard} then checks the
 * JWTs of `GET token`. Needs the package `jose`, 5 or 6. `PhoneAuthModule` is not needed here.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     AccessTokenModule.forRoot({
 *       issuer: 'https://app.example.com',
 *       audience: 'https://app.example.com',
 *       jwksUrl: 'https://app.example.com/auth/.well-known/jwks.json',
 *     }),
 *   ],
 *   controllers: [OrdersController],
 * })
 * export class OrdersModule {}
 * ```
 * @publicApi
 */
@Module({
  providers: [
    { provide: RESOLVED_OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: resolveOptions },
    { provide: Clock, useClass: SystemClock },
    AccessTokenVerifier,
  ],
  exports: [AccessTokenVerifier],
})
export class AccessTokenModule extends ConfigurableModuleClass {
  /**
   * Options that are known when the module is written.
   *
   * @throws PhoneAuthOptionError while the application starts, where an option cannot be right
   */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Options that a factory makes; `isGlobal` stands beside `useFactory`.
   *
   * @throws PhoneAuthOptionError while the application starts, where an option cannot be right
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
