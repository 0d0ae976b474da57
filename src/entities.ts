import type { Type } from '@nestjs/common';
import type { EntitySchema } from 'typeorm';
import { PhoneAuthCode } from './codes/code.entity.js';
import { PhoneAuthQuota } from './limits/quota.entity.js';
import { renamedEntity, type TableNames } from './persistence/renamed-entity.js';
import { PhoneAuthPhoneState } from './codes/phone-state.entity.js';
import { PhoneAuthSendStat } from './limits/send-stat.entity.js';
import { PhoneAuthEarlyReceipt } from './sms/early-receipt.entity.js';
import { PhoneAuthMessage } from './sms/message.entity.js';
import { PhoneAuthSetting } from './settings/setting.entity.js';
import { PhoneAuthRefreshToken } from './sessions/refresh-token.entity.js';
import { PhoneAuthSession } from './sessions/session.entity.js';
import { PhoneAuthTicket } from './sessions/ticket.entity.js';
import { PhoneAuthCredential } from './users/credential.entity.js';
import type { HostUsers } from './users/host-users.js';
import { PhoneAuthUser } from './users/user.entity.js';
import { PhoneAuthWebhookDelivery } from './webhooks/webhook-delivery.entity.js';

/**
 * The module's tables, for a data source that lists its entities instead of using `autoLoadEntities`.
 *
 * @example
 * ```ts
 * new DataSource({ type: 'postgres', entities: [Order, ...PHONE_AUTH_ENTITIES], migrations: PHONE_AUTH_MIGRATIONS })
 * ```
 * @publicApi
 */
export const PHONE_AUTH_ENTITIES = [
  PhoneAuthUser,
  PhoneAuthCredential,
  PhoneAuthCode,
  PhoneAuthPhoneState,
  PhoneAuthSession,
  PhoneAuthTicket,
  PhoneAuthRefreshToken,
  PhoneAuthSendStat,
  PhoneAuthQuota,
  PhoneAuthMessage,
  PhoneAuthEarlyReceipt,
  PhoneAuthSetting,
  PhoneAuthWebhookDelivery,
];

const TABLES = {
  user: PhoneAuthUser,
  credential: PhoneAuthCredential,
  code: PhoneAuthCode,
  phoneState: PhoneAuthPhoneState,
  session: PhoneAuthSession,
  ticket: PhoneAuthTicket,
  refreshToken: PhoneAuthRefreshToken,
  sendStat: PhoneAuthSendStat,
  quota: PhoneAuthQuota,
  message: PhoneAuthMessage,
  earlyReceipt: PhoneAuthEarlyReceipt,
  setting: PhoneAuthSetting,
  webhookDelivery: PhoneAuthWebhookDelivery,
};

/**
 * Other names for tables and columns (S4.49). The shipped migration knows the default names only: with others, let
 * TypeORM generate one, or synchronize.
 *
 * @example
 * ```ts
 * schema: { user: { tableName: 'people', columns: { phoneNumber: 'phone' } }, session: { tableName: 'logins' } }
 * ```
 * @publicApi
 */
export type PhoneAuthSchema = {
  [Table in keyof typeof TABLES]?: TableNames<Extract<keyof InstanceType<(typeof TABLES)[Table]>, string>>;
};

/** An entity class and what stands for it in the data source: itself, or itself under other names. */
export type EntityTargets = ReadonlyMap<(typeof PHONE_AUTH_ENTITIES)[number], EntitySchema>;

/** What TypeORM takes as an entity. */
type EntityTarget = EntitySchema | Type<unknown>;

/** The renamed tables of a schema. @throws PhoneAuthOptionError for a table or column that there is not */
export function renamedTables(schema: PhoneAuthSchema = {}): EntityTargets {
  return new Map(
    Object.entries(TABLES).flatMap(([table, entity]) => {
      const names = schema[table as keyof typeof TABLES];
      return names ? [[entity, renamedEntity(entity, names, `schema.${table}`)] as const] : [];
    }),
  );
}

/** What a data source has to know: every table under its name, and a host's own users in place of ours. */
export function tablesFor(renamed: EntityTargets, users?: Pick<HostUsers, 'entity'>): EntityTarget[] {
  return PHONE_AUTH_ENTITIES.map((entity) =>
    users && entity === PhoneAuthUser ? users.entity : (renamed.get(entity) ?? entity),
  );
}

/**
 * The module's tables under the names of a `schema`, and with `users` of your own, for a data source that lists its entities.
 *
 * @example
 * ```ts
 * entities: phoneAuthEntities({ session: { tableName: 'logins' } }, { entity: User })
 * ```
 * @publicApi
 */
export function phoneAuthEntities(
  schema?: PhoneAuthSchema,
  users?: Pick<HostUsers, 'entity'>,
): EntityTarget[] {
  return tablesFor(renamedTables(schema), users);
}
