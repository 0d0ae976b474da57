import type { Queryable } from '../persistence/database.js';
import type { Dialect } from '../persistence/dialect.js';
import { type Sql, sql } from '../persistence/sql.js';
import {
  newCodeColumns,
  newCodeValues,
  seenColumns,
  type SeenCode,
  takeOver,
  toSeenCode,
} from './code-rows.js';
import type {
  ChargedCode,
  CodeStatements,
  CodeToResend,
  Guess,
  LedgerKey,
  NewCode,
  ResentCode,
  Slot,
  SlotRequest,
} from './code-statements.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';
import type { Ledger } from './ledger.js';
import { guessLock, type PhoneState } from './ledger-locks.js';
import { stateColumns, toState } from './ledger-rows.js';
import { columnsOf, LedgerSql, type StateNames } from './ledger-sql.js';
import { countsAfter, roomFrom } from './send-room.js';

/** What a look saw. */
interface Look {
  readonly seen?: SeenCode;
  readonly state?: PhoneState | undefined;
}

/**
 * For MySQL and MariaDB, and whatever knows no RETURNING: a look, and then changes that name what the look saw. What is told afterwards is what
 * the look saw. Nothing is ever read again after a charge, because the code could have been replaced by then, and the
 * guess would be compared with one that it was not charged to.
 */
export class PortableCodeStatements implements CodeStatements {
  private readonly sql: LedgerSql;

  constructor(
    private readonly db: Queryable,
    private readonly c: CodeTable,
    private readonly s: StateNames,
    private readonly ledger: Ledger,
    private readonly dialect: Dialect,
  ) {
    this.sql = new LedgerSql(s, s);
  }

  async put(code: NewCode, request: SlotRequest, resend?: CodeToResend): Promise<Slot | undefined> {
    const { phoneNumber } = code;
    const before = resend && (await this.lookBefore(code, request));
    const slot = this.ledger.limits.isOn
      ? await this.takeSlot({ phoneNumber, holder: request.holder }, request, before)
      : { nextSendAt: request.now, sendsInARow: 0 };
    if (!slot) return undefined;
    const resent = before?.seen && (await this.resend(code, before.seen, resend));
    if (!resent) await this.replace(code);
    return { ...slot, resent };
  }

  async replace(code: NewCode): Promise<void> {
    const { c } = this;
    const whereThereIsOne =
      this.dialect === 'mysql'
        ? sql`ON DUPLICATE KEY UPDATE`
        : sql`ON CONFLICT (${c.purpose}, ${c.phoneNumber}) DO UPDATE SET`;
    await this.db.affected(sql`
      INSERT INTO ${c.table} (${newCodeColumns(c)}) VALUES (${newCodeValues(code)})
      ${whereThereIsOne} ${takeOver(c, code, (column) => sql`${c.table}.${column}`)}`);
  }

  async charge(guess: Guess): Promise<ChargedCode | undefined> {
    const { allowedAttempts, guesses } = this.ledger.limits;
    const { now, human, expiredToo } = guess;
    // a charge that fails although the look saw a live code lost against another one, of which there are so many at most
    for (let lost = 0; lost <= allowedAttempts; lost += 1) {
      const { seen, state } = await this.look(guess);
      if (!seen || seen.attempts >= allowedAttempts) return undefined;
      if (seen.expiresAt <= now && !expiredToo) return undefined;
      if (guess.id !== undefined && guess.id !== seen.id) return undefined;
      if (state && guessLock(this.ledger.limits, state, now, human)) return undefined;
      if (!(await this.chargeCode(guess, seen))) continue;
      if (guesses && !(await this.chargeNumber(guess, state))) return undefined;
      return {
        ...seen,
        attempts: seen.attempts + 1,
        failuresInARow: (state?.failuresInARow ?? 0) + 1,
        messages: state?.sendsInARow ?? 0,
        sentFrom: state?.sentFrom ?? '',
      };
    }
    return undefined;
  }

  async use(key: CodeKey & LedgerKey, id: string): Promise<boolean> {
    const { c, s } = this;
    const used = await this.db.affected(
      sql`DELETE FROM ${c.table} WHERE ${isRowOf(c, key)} AND ${c.id} = ${id}`,
    );
    if (used !== 1) return false;
    if (this.ledger.limits.isOn) {
      const { set, where } = this.sql.success(key);
      await this.db.affected(sql`UPDATE ${s.table} SET ${set} WHERE ${where}`);
    }
    return true;
  }

  /** A code and its number as they stand; nothing of either where there is no code. */
  private async look(guess: Guess): Promise<Look> {
    const code = columnsOf(this.c, 'code');
    const state = columnsOf(this.s, 'state');
    const [row] = await this.db.rows(sql`
      SELECT ${seenColumns(code)}, ${stateColumns(state)} FROM ${this.c.table} AS code
      LEFT JOIN ${this.s.table} AS state
        ON ${state.phoneNumber} = ${guess.phoneNumber} AND ${state.holder} = ${guess.holder}
      WHERE ${isRowOf(code, guess)}`);
    return row ? { seen: toSeenCode(row), state: toState(row) } : {};
  }

  /** As {@link look}, also where there is no code. */
  private async lookBefore(key: CodeKey, { holder }: SlotRequest): Promise<Look> {
    const code = columnsOf(this.c, 'code');
    const state = columnsOf(this.s, 'state');
    const [row = {}] = await this.db.rows(sql`
      SELECT ${seenColumns(code)}, ${stateColumns(state)} FROM (SELECT 1 AS one) AS one
      LEFT JOIN ${this.c.table} AS code ON ${isRowOf(code, key)}
      LEFT JOIN ${this.s.table} AS state
        ON ${state.phoneNumber} = ${key.phoneNumber} AND ${state.holder} = ${holder}`);
    const { id } = row;
    return { ...(id !== null && { seen: toSeenCode(row) }), state: toState(row) };
  }

  /** Takes the code that the look saw for one message more. `undefined`: it is no such one, or is over by now. */
  private async resend(
    code: NewCode,
    { id, sealed, attempts, expiresAt, requestedBy }: SeenCode,
    resend?: CodeToResend,
  ): Promise<ResentCode | undefined> {
    const { allowedAttempts } = this.ledger.limits;
    if (!resend || sealed === null || requestedBy !== code.requestedBy) return undefined;
    if (attempts >= allowedAttempts || expiresAt < resend.endsFrom || (resend.id ?? id) !== id)
      return undefined;
    const { c } = this;
    const taken = await this.db.affected(sql`
      UPDATE ${c.table} SET ${c.messageId} = ${code.id}
      WHERE ${isRowOf(c, code)} AND ${c.id} = ${id} AND ${c.attempts} < ${allowedAttempts}`);
    return taken === 1 ? { id, sealed, expiresAt } : undefined;
  }

  private async takeSlot(key: LedgerKey, request: SlotRequest, before?: Look): Promise<Slot | undefined> {
    const { limits } = this.ledger;
    const state = (before ? before.state : await this.ledger.read(key)) ?? (await this.opened(key));
    const { set, where } = this.sql.send(limits, request);
    if (!(await this.change(key, set, where))) return undefined;
    const counts = countsAfter(state, limits, request.now);
    return { nextSendAt: roomFrom(limits, counts), sendsInARow: counts.sendsInARow };
  }

  private chargeNumber(guess: Guess, state: PhoneState | undefined): Promise<boolean> {
    const { guesses } = this.ledger.limits;
    if (!guesses) return Promise.resolve(true);
    const { set, where } = this.sql.failure(guesses, guess.now, guess.human);
    const charge = () => this.change(guess, set, where);
    return state ? charge() : this.opened(guess).then(charge);
  }

  private async chargeCode(key: CodeKey, seen: SeenCode): Promise<boolean> {
    const { c } = this;
    const charged = await this.db.affected(sql`
      UPDATE ${c.table} SET ${c.attempts} = ${c.attempts} + 1
      WHERE ${isRowOf(c, key)} AND ${c.id} = ${seen.id} AND ${c.attempts} = ${seen.attempts}`);
    return charged === 1;
  }

  private async change({ phoneNumber, holder }: LedgerKey, set: Sql, where: Sql) {
    const { s } = this;
    const changed = await this.db.affected(sql`
      UPDATE ${s.table} SET ${set}
      WHERE ${s.phoneNumber} = ${phoneNumber} AND ${s.holder} = ${holder} AND ${where}`);
    return changed === 1;
  }

  private async opened(key: LedgerKey): Promise<undefined> {
    await this.ledger.open(key);
  }
}
