import { Injectable } from '@nestjs/common';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import { Database, type Names, type Queryable, type Row } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import { PhoneAuthCode } from './code.entity.js';

/** Which row: there is one per purpose and number. */
export interface CodeKey {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
}

/** A code as it goes into its row. */
export interface NewCode extends CodeKey {
  readonly id: string;
  readonly mac: string;
  readonly expiresAt: number;
  readonly requestedBy: string | null;
}

/** A code that has just been charged for one more guess. */
export interface ChargedCode {
  readonly id: string;
  readonly mac: string;
  /** Guesses so far, this one included. */
  readonly attempts: number;
  readonly requestedBy: string | null;
}

const COLUMNS = [
  'purpose',
  'phoneNumber',
  'id',
  'mac',
  'attempts',
  'expiresAt',
  'requestedBy',
  'replacedId',
  'replacedMac',
  'replacedAttempts',
  'replacedExpiresAt',
  'replacedRequestedBy',
] as const;

/** The code table. Every method is one statement, and every decision rests on the rows that it changed. */
@Injectable()
export class CodeStore {
  private readonly c: Names<(typeof COLUMNS)[number]>;

  constructor(private readonly db: Database) {
    this.c = db.names(PhoneAuthCode, COLUMNS);
  }

  /** Makes `code` the only code of its key, remembering the one that it replaces. */
  async put(code: NewCode): Promise<void> {
    const { c } = this;
    await this.db.affected(sql`
      INSERT INTO ${c.table} AS held
        (${c.purpose}, ${c.phoneNumber}, ${c.id}, ${c.mac}, ${c.attempts}, ${c.expiresAt}, ${c.requestedBy})
      VALUES (${code.purpose}, ${code.phoneNumber}, ${code.id}, ${code.mac}, 0, ${code.expiresAt}, ${code.requestedBy})
      ON CONFLICT (${c.purpose}, ${c.phoneNumber}) DO UPDATE SET
        ${c.replacedId} = held.${c.id},
        ${c.replacedMac} = held.${c.mac},
        ${c.replacedAttempts} = held.${c.attempts},
        ${c.replacedExpiresAt} = held.${c.expiresAt},
        ${c.replacedRequestedBy} = held.${c.requestedBy},
        ${c.id} = excluded.${c.id},
        ${c.mac} = excluded.${c.mac},
        ${c.attempts} = 0,
        ${c.expiresAt} = excluded.${c.expiresAt},
        ${c.requestedBy} = excluded.${c.requestedBy}`);
  }

  /** Puts back the code that `id` replaced, with the guesses it had; where there was none, the row goes. */
  async withdraw(key: CodeKey, id: string): Promise<void> {
    const { c } = this;
    const restored = await this.db.affected(sql`
      UPDATE ${c.table} SET
        ${c.id} = ${c.replacedId},
        ${c.mac} = ${c.replacedMac},
        ${c.attempts} = ${c.replacedAttempts},
        ${c.expiresAt} = ${c.replacedExpiresAt},
        ${c.requestedBy} = ${c.replacedRequestedBy},
        ${c.replacedId} = NULL,
        ${c.replacedMac} = NULL
      WHERE ${this.row(key)} AND ${c.id} = ${id} AND ${c.replacedId} IS NOT NULL`);
    if (restored === 0) await this.remove(key, id);
  }

  /** Counts one guess against a live code, before anything is compared. `undefined`: there is none to guess at. */
  async charge(key: CodeKey, allowedAttempts: number, now: number): Promise<ChargedCode | undefined> {
    const { c } = this;
    const [row] = await this.db.rows(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${c.attempts} + 1
      WHERE ${this.row(key)} AND ${c.attempts} < ${allowedAttempts} AND ${c.expiresAt} > ${now}
      RETURNING ${c.id} AS id, ${c.mac} AS mac, ${c.attempts} AS attempts, ${c.requestedBy} AS requested_by`);
    return row && toChargedCode(row);
  }

  /**
   * Says why a code can no longer be guessed at: to one caller, as for the others there is none from then on. The row
   * stays, because a guess that was charged in time may still be on its way to consuming it.
   */
  async retire(
    key: CodeKey,
    allowedAttempts: number,
    now: number,
  ): Promise<'expired' | 'exhausted' | undefined> {
    const { c } = this;
    const [row] = await this.db.rows(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${allowedAttempts + 1}
      WHERE ${this.row(key)} AND ${c.attempts} <= ${allowedAttempts}
        AND (${c.attempts} = ${allowedAttempts} OR ${c.expiresAt} <= ${now})
      RETURNING ${c.expiresAt} AS expires_at`);
    if (!row) return undefined;
    return Number(row['expires_at']) <= now ? 'expired' : 'exhausted';
  }

  /** Compare-and-set: true for exactly one caller, and for none once the code was replaced. */
  async remove(key: CodeKey, id: string): Promise<boolean> {
    const { c } = this;
    return (
      (await this.db.affected(sql`DELETE FROM ${c.table} WHERE ${this.row(key)} AND ${c.id} = ${id}`)) === 1
    );
  }

  async removeAll(phoneNumber: E164, within: Queryable = this.db): Promise<void> {
    const { c } = this;
    await within.affected(sql`
      DELETE FROM ${c.table} WHERE ${c.purpose} IN (${'sign-in'}, ${'reset-password'}) AND ${c.phoneNumber} = ${phoneNumber}`);
  }

  private row({ purpose, phoneNumber }: CodeKey) {
    return sql`${this.c.purpose} = ${purpose} AND ${this.c.phoneNumber} = ${phoneNumber}`;
  }
}

function toChargedCode(row: Row): ChargedCode {
  return {
    id: row['id'] as string,
    mac: row['mac'] as string,
    attempts: Number(row['attempts']),
    requestedBy: row['requested_by'] as string | null,
  };
}
