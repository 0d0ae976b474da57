import type { Type } from '@nestjs/common';
import type { DeepPartial } from 'typeorm';
import type { NewPhoneUser } from './phone-user-store.js';

/** What of a {@link PhoneUser} can stand in a column of the host's. The id is always the entity's primary column. */
export const HOST_COLUMNS = [
  'phoneNumber',
  'phoneNumberVerified',
  'name',
  'email',
  'emailVerified',
  'image',
  'twoFactorEnabled',
  'createdAt',
  'updatedAt',
  'deletedAt',
] as const;

/** @publicApi */
export type HostUserColumn = (typeof HOST_COLUMNS)[number];

/**
 * Accounts that the application has already, in an entity of its own. The class needs two columns for the number, and
 * nothing of this package; `phone_auth_user` is then not made.
 *
 * @example
 * ```ts
 * users: {
 *   entity: User,
 *   columns: { phoneNumber: 'phone', phoneNumberVerified: 'phoneVerified', name: 'displayName', image: false },
 *   create: ({ phoneNumber }) => ({ displayName: 'New here', locale: 'en' }),
 * } satisfies HostUsers<User>
 * ```
 * @publicApi
 */
export interface HostUsers<User extends object = object> {
  /** The entity class, known to the data source. Its id may be of any one column: a number, a UUID, a text. */
  entity: Type<User>;
  /**
   * The entity's properties, or its columns, that hold what the module keeps. What is left out is looked for under the
   * same name, and is not kept where there is none; `false` leaves a column of that name alone.
   *
   * `phoneNumber` is a text of 16 characters or more with a unique index (S1.48, R50), and nullable unless everybody has a
   * number; `phoneNumberVerified` is a boolean, or the moment since when it is so. `deletedAt` is TypeORM's
   * `@DeleteDateColumn`, or any nullable column: where it is set, nobody has that account.
   */
  columns?: Partial<Record<HostUserColumn, string | false>>;
  /**
   * Values for the other columns of a new account. It may be asked more than once for one account, as a transaction is run
   * again that lost a race. Without it, a required column that would stay empty stops the start.
   */
  create?: (user: NewPhoneUser) => DeepPartial<User> | Promise<DeepPartial<User>>;
}
