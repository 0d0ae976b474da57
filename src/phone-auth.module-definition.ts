import {
  type CanActivate,
  ConfigurableModuleBuilder,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import type { PhoneAuthSchema } from './entities.js';
import type { Dialect } from './options/dialect.js';
import type { PhoneAuthOptions } from './options/options.js';
import type { HostUsers } from './users/host-users.js';

/**
 * What shapes the module itself and is therefore known before any factory runs. It stands beside the options in
 * `forRoot()` and beside `useFactory` in `forRootAsync()`.
 *
 * @publicApi
 */
export interface PhoneAuthModuleExtras {
  /** Path of every route, below the host's global prefix and version. @default 'auth' */
  path?: string;
  /** `false` mounts no route: the host calls {@link PhoneAuthService}. @default true */
  controllers?: boolean;
  /**
   * Routes of other systems beside those that are always there. They share flows, limits, codes and sessions with them.
   *
   * @example
   * ```ts
   * PhoneAuthModule.forRootAsync({ dialects: ['kavachos'], useFactory: () => ({ secret, ...kavachos({ onSendCode }) }) })
   * ```
   * @throws PhoneAuthOptionError at once, for a dialect that there is not
   * @default []
   */
  dialects?: readonly Dialect[];
  /**
   * Guards of your own in front of every route of the module, such as a limiter (S3.46). What a class injects has to be among
   * `providers` or exported by `imports`.
   *
   * @default []
   */
  guards?: readonly (Type<CanActivate> | CanActivate)[];
  /** Name of the TypeORM data source that holds the tables. @default the default data source */
  dataSource?: string;
  /**
   * Whether PostgreSQL keeps the module's statements prepared, which makes them about twice as fast. `false` for a pooler
   * in transaction mode that does not know prepared statements, such as PgBouncer before 1.21.
   * @default true
   */
  prepareStatements?: boolean;
  /** Other names for tables and columns. @default `phone_auth_user` and so on */
  schema?: PhoneAuthSchema;
  /**
   * The accounts that the application has already, in place of the table `phone_auth_user`. Where a mapping is not enough,
   * provide a {@link PhoneUserStore} of your own below.
   *
   * @example
   * ```ts
   * users: { entity: User, columns: { phoneNumber: 'phone', phoneNumberVerified: 'phoneVerified' } }
   * ```
   * @throws PhoneAuthOptionError while the application starts, where the entity cannot hold what it has to, or no unique
   * index is on the number
   */
  users?: HostUsers;
  /** Whether the whole application can inject what this module exports. @default false */
  isGlobal?: boolean;
  /** Modules whose providers `providers` below need. */
  imports?: NonNullable<ModuleMetadata['imports']>;
  /**
   * Replacements for what the module is made of: `SmsSender`, `PhoneUserStore`, `PasswordHasher`, `Clock` ….
   *
   * @example
   * ```ts
   * providers: [{ provide: SmsSender, useClass: AcmeSmsSender }]
   * ```
   */
  providers?: Provider[];
}

const defaults: PhoneAuthModuleExtras & Record<'path', string> = {
  path: 'auth',
  controllers: true,
  dialects: [],
  guards: [],
  isGlobal: false,
  prepareStatements: true,
  imports: [],
  providers: [],
  // a key that is not listed here would reach the options (nest #15661), and these have no default
  ...({ dataSource: undefined, schema: undefined, users: undefined } as object),
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PhoneAuthOptions>({ moduleName: 'PhoneAuth' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPhoneAuthOptions')
    .setExtras<PhoneAuthModuleExtras>(defaults, (definition) => definition)
    .build();
