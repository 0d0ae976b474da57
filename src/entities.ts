import { PhoneAuthCode } from './codes/code.entity.js';
import { PhoneAuthSession } from './sessions/session.entity.js';
import { PhoneAuthCredential } from './users/credential.entity.js';
import { PhoneAuthUser } from './users/user.entity.js';

/**
 * The module's tables, for a data source that lists its entities instead of using `autoLoadEntities`.
 *
 * @example
 * ```ts
 * new DataSource({ type: 'postgres', entities: [Order, ...PHONE_AUTH_ENTITIES], migrations: PHONE_AUTH_MIGRATIONS })
 * ```
 * @publicApi
 */
export const PHONE_AUTH_ENTITIES = [PhoneAuthUser, PhoneAuthCredential, PhoneAuthCode, PhoneAuthSession];
