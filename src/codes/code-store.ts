import { Injectable } from '@nestjs/common';
import { MOST_ATTEMPTS } from '../options/live-settings.js';
import { type CleanupStep, type Perishable, removeSome } from '../persistence/cleanup.js';
import type { FollowUp } from '../persistence/along.js';
import { Database, type Queryable, type Row } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import type { E164 } from '../phone/e164.js';
import { readCode, type SeenCode } from './code-rows.js';
import type {
  ChargedCode,
  CodeStatements,
  CodeToResend,
  EndOfCode,
  Guess,
  LedgerKey,
  NewCode,
  Slot,
  SlotRequest,
} from './code-statements.js';
import { type CodeKey, type CodeTable, codeTable, isOfNumber, isRowOf } from './code-table.js';
import { Ledger } from './ledger.js';
import { type StateNames, stateTable } from './ledger-sql.js';
import { PortableCodeStatements } from './portable-code-statements.js';
import { PostgresCodeStatements } from './postgres-code-statements.js';
import { SqliteCodeStatements } from './sqlite-code-statements.js';

/** What a retired code's attempts are set to: a limit that is raised later must not bring it back. */
const RETIRED = MOST_ATTEMPTS + 1;

/** The code table, and with it the ledger. Every decision rests on the rows that a statement changed. */
@Injectable()
export class CodeStore implements CodeStatements, Perishable {
  private readonly c: CodeTable;
  private readonly statements: CodeStatements;

  constructor(
    private readonly db: Database,
    ledger: Ledger,
  ) {
    const s = stateTable(db);
    this.c = codeTable(db);
    this.statements = statementsFor(db, this.c, s, ledger);
  }

  put(code: NewCode, request: SlotRequest, resend?: CodeToResend): Promise<Slot | undefined> {
    return this.statements.put(code, request, resend);
  }

  replace(code: NewCode): Promise<void> {
    return this.statements.replace(code);
  }

  charge(guess: Guess): Promise<ChargedCode | undefined> {
    return this.statements.charge(guess);
  }

  use(key: CodeKey & LedgerKey, id: string): Promise<boolean> {
    return this.statements.use(key, id);
  }

  /** As {@link use}, with what follows from it, where {@link takesFollowUps}. */
  async useWith(
    key: CodeKey & LedgerKey,
    id: string,
    followUps: readonly [FollowUp, ...FollowUp[]],
  ): Promise<Row | undefined> {
    if (!this.statements.useWith) throw new Error('This database takes a statement for each change');
    return this.statements.useWith(key, id, followUps);
  }

  /** Whether there is {@link useWith}. */
  get takesFollowUps(): boolean {
    return this.statements.useWith !== undefined;
  }

  /** The code of a key that a certain message was the last one to carry, whether it can still be used or not. */
  async carriedBy(messageId: string, key: CodeKey): Promise<SeenCode | undefined> {
    const seen = await readCode(this.db, this.c, key);
    return seen?.messageId === messageId ? seen : undefined;
  }

  /**
   * Puts back the code that `id` replaced, with the guesses it had; where there was none, the row goes. A code that another
   * message carries by now stays. What comes back has lost its sealed copy, and is not sent again.
   */
  async withdraw(key: CodeKey, id: string): Promise<void> {
    const { c } = this;
    const isUnsent = sql`${isRowOf(c, key)} AND ${c.id} = ${id} AND ${c.messageId} = ${id}`;
    const restored = await this.db.affected(sql`
      UPDATE ${c.table} SET
        ${c.id} = ${c.replacedId},
        ${c.mac} = ${c.replacedMac},
        ${c.attempts} = ${c.replacedAttempts},
        ${c.expiresAt} = ${c.replacedExpiresAt},
        ${c.requestedBy} = ${c.replacedRequestedBy},
        ${c.sealed} = NULL,
        ${c.messageId} = ${c.replacedId},
        ${c.replacedId} = NULL,
        ${c.replacedMac} = NULL
      WHERE ${isUnsent} AND ${c.replacedId} IS NOT NULL`);
    if (restored > 0) return;
    await this.db.affected(sql`DELETE FROM ${c.table} WHERE ${isUnsent}`);
  }

  /**
   * Says why a code can no longer be guessed at: to one caller, as for the others there is none from then on. The row
   * stays, because a guess that was charged in time may still be on its way to consuming it. Whoever is bound to a code
   * that was replaced learns nothing about the one that replaced it.
   */
  async retire(
    key: Pick<Guess, 'purpose' | 'phoneNumber' | 'id'>,
    allowedAttempts: number,
    now: number,
  ): Promise<EndOfCode | undefined> {
    const { c } = this;
    const seen = await readCode(this.db, c, key);
    if (!seen || (key.id !== undefined && key.id !== seen.id)) return undefined;
    const expired = seen.expiresAt <= now;
    if (!expired && seen.attempts < allowedAttempts) return undefined;
    const retired = await this.db.affected(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${RETIRED}, ${c.sealed} = NULL
      WHERE ${isRowOf(c, key)} AND ${c.id} = ${seen.id} AND ${c.attempts} < ${RETIRED}`);
    if (retired !== 1) return undefined;
    return expired ? 'expired' : 'exhausted';
  }

  async removeAll(phoneNumber: E164, within: Queryable = this.db): Promise<void> {
    const { c } = this;
    await within.affected(sql`DELETE FROM ${c.table} WHERE ${isOfNumber(c, phoneNumber)}`);
  }

  removeOver(before: number, limit: number): Promise<CleanupStep> {
    const { c } = this;
    const over = sql`${c.expiresAt} <= ${before}`;
    return removeSome(this.db, c.table, [c.purpose, c.phoneNumber], over, limit);
  }
}

function statementsFor(db: Database, c: CodeTable, s: StateNames, ledger: Ledger): CodeStatements {
  if (db.dialect === 'postgres') return new PostgresCodeStatements(db, c, s, ledger.limits);
  if (db.dialect === 'sqlite') return new SqliteCodeStatements(db, c, s, ledger.limits);
  return new PortableCodeStatements(db, c, s, ledger, db.dialect);
}
