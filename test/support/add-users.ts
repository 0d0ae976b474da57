import type { DataSource } from 'typeorm';
import { PhoneAuthUser } from '../../src/users/user.entity.js';

/** As many as one statement may hold: SQLite binds 32 766 values, of which a user has eight. */
const AT_ONCE = 2_000;

/** Accounts as they are after a sign-up long ago, without its traces. */
export async function addUsers(source: DataSource, phoneNumbers: readonly string[]): Promise<void> {
  for (let from = 0; from < phoneNumbers.length; from += AT_ONCE) {
    const users = phoneNumbers.slice(from, from + AT_ONCE).map((phoneNumber) => ({
      id: `user-of-${phoneNumber}`,
      name: 'Ada',
      phoneNumber,
      phoneNumberVerified: true,
      createdAt: 0,
      updatedAt: 0,
    }));
    await source
      .createQueryBuilder()
      .insert()
      .into(PhoneAuthUser)
      .values(users)
      .updateEntity(false)
      .execute();
  }
}
