import { PhoneAuthInitial1763600000000 } from './migrations/1-initial.js';

/**
 * The migrations that make and change the module's tables, oldest first. Add them to your data source's `migrations`.
 *
 * @example
 * ```ts
 * TypeOrmModule.forRoot({ …, autoLoadEntities: true, migrations: [...PHONE_AUTH_MIGRATIONS], migrationsRun: true })
 * ```
 * @publicApi
 */
export const PHONE_AUTH_MIGRATIONS = [PhoneAuthInitial1763600000000];
