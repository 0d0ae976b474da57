import type { E164 } from '../phone/e164.js';
import type { FollowUp } from '../persistence/along.js';
import type { Row, Transaction } from '../persistence/database.js';
import type { Sql, SqlName } from '../persistence/sql.js';
import type { FieldValues } from './additional-fields.js';

/**
 * An account, as the module sees it.
 *
 * @publicApi
 */
export interface PhoneUser {
  readonly id: string;
  readonly name: string;
  /** `null` for somebody who signed up with nothing but a phone number. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly image: string | null;
  readonly phoneNumber: E164 | null;
  readonly phoneNumberVerified: boolean;
  /**
   * Whether a password alone does not sign in: it takes a code to the number as well. Left out by a store that does not keep
   * it, where it cannot be turned on.
   */
  readonly twoFactorEnabled?: boolean;
  /** The values of the host's `additionalFields`. */
  readonly fields: FieldValues;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** @publicApi */
export interface NewPhoneUser {
  readonly phoneNumber: E164;
  readonly phoneNumberVerified: boolean;
  readonly name: string;
  readonly email: string | null;
  readonly fields: FieldValues;
}

/** What may change. A number and its flag always change together. @publicApi */
export type PhoneUserChanges = Partial<
  Pick<PhoneUser, 'name' | 'image' | 'phoneNumber' | 'phoneNumberVerified' | 'twoFactorEnabled' | 'fields'>
>;

/** Says how a user can be read along with his session, in one statement. */
export interface UserProjection {
  readonly table: SqlName;
  readonly id: SqlName;
  /** The columns to read, by the names that `fromRow` expects. */
  readonly columns: Readonly<Record<string, SqlName>>;
  /** Where numbers are, unique: an owner is then read along with his code. */
  readonly phoneNumber?: SqlName;
  /** What the id is compared with, where it is not the text that sessions hold. @default that text */
  readonly keyOf?: (userId: Sql) => Sql;
  /** What else holds for a user who is there. */
  readonly isThere?: (user: SqlName) => Sql;
  /** Reads a row whose names all begin with `prefix`. */
  fromRow(row: Row, prefix: string): PhoneUser;
  /**
   * The change that {@link PhoneUserStore.create} makes, for PostgreSQL to make together with the one that it follows from. It gives
   * back the columns of the new account under names that begin with `prefix`, and nothing where another account has the number.
   */
  insert?(user: NewPhoneUser, prefix: string): FollowUp;
}

/**
 * Whose number it is. The default keeps its own table; provide another class to use the accounts that you have.
 *
 * Writes get the transaction in which the session is made as well. Reads by number are by an index.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ …, providers: [{ provide: PhoneUserStore, useClass: AcmeUserStore }] })
 * ```
 * @publicApi
 */
export abstract class PhoneUserStore {
  /** Present where users can be joined in SQL; get-session then needs one statement in place of two. */
  readonly projection?: UserProjection | undefined;

  abstract findByPhoneNumber(phoneNumber: E164): Promise<PhoneUser | null>;
  abstract findById(id: string): Promise<PhoneUser | null>;

  /**
   * By the address in lower case. Left out, nobody is found by e-mail: for the routes of the dialect `node-auth` alone.
   */
  findByEmail?(email: string): Promise<PhoneUser | null>;

  /**
   * Is told of a code that the routes of the dialect `node-auth` make and use up, for a table that shows them (S3.27). Nothing
   * is read back: what counts is the module's own row.
   *
   * @param mac keyed and never the code; `null` once there is none any more
   */
  noteCode?(userId: string, mac: string | null, expiresAt: Date | null): Promise<void>;

  /** `null` where another account got the number first. */
  abstract create(user: NewPhoneUser, transaction?: Transaction): Promise<PhoneUser | null>;

  /** `null` where the user is gone or another account has the number. */
  abstract update(
    id: string,
    changes: PhoneUserChanges,
    transaction?: Transaction,
  ): Promise<PhoneUser | null>;

  /** Removes the account, with {@link PhoneAuthService.eraseUser}. Left out, the account stays: it is the host's. */
  remove?(id: string, transaction?: Transaction): Promise<void>;
}
