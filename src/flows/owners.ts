import { Injectable } from '@nestjs/common';
import type { RowAlong } from '../persistence/along.js';
import { Database, type Row } from '../persistence/database.js';
import { selection, sql } from '../persistence/sql.js';
import type { E164 } from '../phone/e164.js';
import { U, USER_PREFIX } from '../sessions/session-rows.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';

/** Whose a number is, read along with the statement that is made anyway where the store allows it. */
@Injectable()
export class Owners {
  constructor(
    private readonly users: PhoneUserStore,
    private readonly db: Database,
  ) {}

  /** `undefined` where the owner has to be asked for: {@link of} then does. */
  along(phoneNumber: E164): RowAlong | undefined {
    const { projection } = this.users;
    if (!projection?.phoneNumber || this.db.dialect !== 'postgres') return undefined;
    return {
      table: projection.table,
      alias: U,
      columns: selection(projection.columns, U, USER_PREFIX),
      condition: sql`${U}.${projection.phoneNumber} = ${phoneNumber}`,
    };
  }

  /** @param row what came of {@link along}, if it went along */
  async of(phoneNumber: E164, row: Row | undefined): Promise<PhoneUser | null> {
    return row ? this.read(row) : this.users.findByPhoneNumber(phoneNumber);
  }

  /** The user in a row of several; `null` where there is none in it. */
  read(row: Row): PhoneUser | null {
    return row[ID] === null ? null : (this.users.projection?.fromRow(row, USER_PREFIX) ?? null);
  }
}

/** `fromRow` wants the id under this name, in whichever column it is. */
const ID = `${USER_PREFIX}id`;
