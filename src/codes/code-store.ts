import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../persistence/database.js';
import { sql, type SqlName } from '../persistence/sql.js';
import type { E164 } from '../phone/e164.js';
import { type CodeKey, type CodeTable, codeTable, isRowOf } from './code-table.js';
import type { ChargedCode, EndOfCode, GuessCounter } from './guess-counter.js';
import { PortableGuessCounter } from './portable-guess-counter.js';
import { ReturningGuessCounter } from './returning-guess-counter.js';

/** A code as it goes into its row. */
export interface NewCode extends CodeKey {
  readonly id: string;
  readonly mac: string;
  readonly expiresAt: number;
  readonly requestedBy: string | null;
}

/** The code table. Every decision rests on the rows that a statement changed. */
@Injectable()
export class CodeStore implements GuessCounter {
  private readonly c: CodeTable;
  private readonly guesses: GuessCounter;

  constructor(private readonly db: Database) {
    this.c = codeTable(db);
    const Counter = db.dialect === 'mysql' ? PortableGuessCounter : ReturningGuessCounter;
    this.guesses = new Counter(db, this.c);
  }

  /** Makes `code` the only code of its key, remembering the one that it replaces. */
  async put(code: NewCode): Promise<void> {
    const { c } = this;
    const mysql = this.db.dialect === 'mysql';
    const held = mysql ? sql`` : sql`held.`;
    const given = (column: SqlName, value: unknown) => (mysql ? sql`${value}` : sql`excluded.${column}`);
    // MySQL assigns from left to right with the new values: what is replaced has to be remembered first
    await this.db.affected(sql`
      INSERT INTO ${c.table} ${mysql ? sql`` : sql`AS held`}
        (${c.purpose}, ${c.phoneNumber}, ${c.id}, ${c.mac}, ${c.attempts}, ${c.expiresAt}, ${c.requestedBy})
      VALUES (${code.purpose}, ${code.phoneNumber}, ${code.id}, ${code.mac}, 0, ${code.expiresAt}, ${code.requestedBy})
      ${mysql ? sql`ON DUPLICATE KEY UPDATE` : sql`ON CONFLICT (${c.purpose}, ${c.phoneNumber}) DO UPDATE SET`}
        ${c.replacedId} = ${held}${c.id},
        ${c.replacedMac} = ${held}${c.mac},
        ${c.replacedAttempts} = ${held}${c.attempts},
        ${c.replacedExpiresAt} = ${held}${c.expiresAt},
        ${c.replacedRequestedBy} = ${held}${c.requestedBy},
        ${c.id} = ${given(c.id, code.id)},
        ${c.mac} = ${given(c.mac, code.mac)},
        ${c.attempts} = 0,
        ${c.expiresAt} = ${given(c.expiresAt, code.expiresAt)},
        ${c.requestedBy} = ${given(c.requestedBy, code.requestedBy)}`);
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
      WHERE ${isRowOf(c, key)} AND ${c.id} = ${id} AND ${c.replacedId} IS NOT NULL`);
    if (restored === 0) await this.remove(key, id);
  }

  charge(key: CodeKey, allowedAttempts: number, now: number): Promise<ChargedCode | undefined> {
    return this.guesses.charge(key, allowedAttempts, now);
  }

  retire(key: CodeKey, allowedAttempts: number, now: number): Promise<EndOfCode | undefined> {
    return this.guesses.retire(key, allowedAttempts, now);
  }

  /** Compare-and-set: true for exactly one caller, and for none once the code was replaced. */
  async remove(key: CodeKey, id: string): Promise<boolean> {
    const { c } = this;
    return (
      (await this.db.affected(sql`DELETE FROM ${c.table} WHERE ${isRowOf(c, key)} AND ${c.id} = ${id}`)) === 1
    );
  }

  async removeAll(phoneNumber: E164, within: Queryable = this.db): Promise<void> {
    const { c } = this;
    await within.affected(sql`
      DELETE FROM ${c.table} WHERE ${c.purpose} IN (${'sign-in'}, ${'reset-password'}) AND ${c.phoneNumber} = ${phoneNumber}`);
  }
}
