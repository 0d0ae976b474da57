import type { Queryable } from '../persistence/database.js';
import { sql } from '../persistence/sql.js';
import type {
  ChargedCode,
  CodeStatements,
  CodeToResend,
  Guess,
  LedgerKey,
  NewCode,
  Slot,
  SlotRequest,
} from './code-statements.js';
import type { CodeKey, CodeTable } from './code-table.js';
import type { LedgerLimits } from './ledger-limits.js';
import type { StateNames } from './ledger-sql.js';
import { ReturningSql, toChargedCode, toResentCode } from './returning-sql.js';

/** Two statements each, one after the other: SQLite gives rows back, and changes one table at a time. */
export class SqliteCodeStatements implements CodeStatements {
  private readonly sql: ReturningSql;

  constructor(
    private readonly db: Queryable,
    c: CodeTable,
    private readonly s: StateNames,
    limits: LedgerLimits,
  ) {
    this.sql = new ReturningSql(c, s, limits);
  }

  async put(code: NewCode, request: SlotRequest, resend?: CodeToResend): Promise<Slot | undefined> {
    const slot = this.sql.limits.isOn
      ? this.sql.slotOf((await this.db.rows(this.sql.slot(code, request)))[0])
      : { nextSendAt: request.now, sendsInARow: 0 };
    if (!slot) return undefined;
    if (resend) {
      const [row] = await this.db.rows(this.sql.newOrResentCode(code, resend));
      return { ...slot, resent: row && toResentCode(row, code) };
    }
    await this.replace(code);
    return slot;
  }

  async replace(code: NewCode): Promise<void> {
    await this.db.affected(this.sql.newCode(code));
  }

  async charge(guess: Guess): Promise<ChargedCode | undefined> {
    const [code] = await this.db.rows(this.sql.chargedCode(guess));
    if (!code) return undefined;
    const failure = this.sql.failure(guess);
    const [number] = await this.db.rows(
      failure
        ? this.sql.chargedNumber(guess, failure)
        : sql`SELECT ${this.sql.told} FROM ${this.s.table} AS held WHERE ${this.sql.isHeldBy(guess)}`,
    );
    return number || !failure ? toChargedCode({ ...code, ...number }) : undefined;
  }

  async use(key: CodeKey & LedgerKey, id: string): Promise<boolean> {
    if ((await this.db.affected(this.sql.usedCode(key, id))) !== 1) return false;
    if (this.sql.limits.isOn) await this.db.affected(this.sql.cleared(key));
    return true;
  }
}
