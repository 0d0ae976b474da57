import { type Sql, sql, type SqlName } from '../persistence/sql.js';
import { isResent, newCodeColumns, newCodeValues, seenColumns, takeOver, toSeenCode } from './code-rows.js';
import type {
  ChargedCode,
  CodeToResend,
  Guess,
  LedgerKey,
  NewCode,
  ResentCode,
  Slot,
  SlotRequest,
} from './code-statements.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';
import type { LedgerLimits } from './ledger-limits.js';
import { columnsOf, type GuardedChange, LedgerSql, momentIn, type StateNames } from './ledger-sql.js';
import { roomFrom, SEND_COLUMNS, type SendCounts } from './send-room.js';

/**
 * The changes to codes and to the ledger for databases whose INSERT and UPDATE give rows back. Each says itself whether it
 * may happen; how they are put together is the database's matter.
 */
export class ReturningSql {
  private readonly ledger: LedgerSql;
  private readonly held: StateNames;

  constructor(
    private readonly c: CodeTable,
    private readonly s: StateNames,
    readonly limits: LedgerLimits,
  ) {
    this.held = columnsOf(s, 'held');
    this.ledger = new LedgerSql(s, this.held);
  }

  /** @param from where there is a condition: a table without rows makes no code */
  newCode(code: NewCode, from = sql`WHERE 1 = 1`): Sql {
    const { c } = this;
    return sql`
      INSERT INTO ${c.table} AS held (${newCodeColumns(c)}) SELECT ${newCodeValues(code)} ${from}
      ON CONFLICT (${c.purpose}, ${c.phoneNumber}) DO UPDATE SET ${takeOver(c, code, held)}`;
  }

  /** As {@link newCode}, unless the one that is there is sent again; gives back which of the two it is. */
  newOrResentCode(code: NewCode, resend: CodeToResend, from = sql`WHERE 1 = 1`): Sql {
    const { c } = this;
    const resent = isResent(c, code, resend, this.limits.allowedAttempts, held);
    return sql`
      INSERT INTO ${c.table} AS held (${newCodeColumns(c)}) SELECT ${newCodeValues(code)} ${from}
      ON CONFLICT (${c.purpose}, ${c.phoneNumber}) DO UPDATE SET ${takeOver(c, code, held, resent)}
      RETURNING ${c.id} AS id, ${c.sealed} AS sealed, ${c.expiresAt} AS expires_at`;
  }

  /** Room for one message. */
  slot({ phoneNumber }: NewCode, request: SlotRequest, from = sql`WHERE 1 = 1`): Sql {
    const { s } = this;
    const { now, holder, sentFrom, sendKey, messageId } = request;
    const { set, where } = this.ledger.send(this.limits, request);
    const next = momentIn(this.limits.resendDelays?.[0] ?? 0, now);
    return sql`
      INSERT INTO ${s.table} AS held
        (${s.phoneNumber}, ${s.holder}, ${s.hourSends}, ${s.hourSendsFrom}, ${s.daySends}, ${s.daySendsFrom},
         ${s.sendsInARow}, ${s.sentAt}, ${s.nextSendAt}, ${s.sentFrom}, ${s.sendKey}, ${s.messageId})
      SELECT ${phoneNumber}, ${holder}, 1, ${now}, 1, ${now}, 1, ${now}, ${next}, ${sentFrom}, ${sendKey}, ${messageId} ${from}
      ON CONFLICT (${s.phoneNumber}, ${s.holder}) DO UPDATE SET ${set} WHERE ${where}
      RETURNING ${sendCounts(s)}`;
  }

  slotOf(row: Record<string, unknown> | undefined): Slot | undefined {
    if (!row) return undefined;
    const counts = toSendCounts(row);
    return { nextSendAt: roomFrom(this.limits, counts), sendsInARow: counts.sendsInARow };
  }

  /** What a guess does to the ledger; `undefined` where wrong codes are not counted. */
  failure({ now, human }: Guess): GuardedChange | undefined {
    const { guesses } = this.limits;
    return guesses && this.ledger.failure(guesses, now, human);
  }

  /** One guess at the code. A look at the ledger, which is not exact, spares it the charge where the ledger would refuse. */
  chargedCode(guess: Guess): Sql {
    const { c, s } = this;
    const failure = this.failure(guess);
    const isOpen = failure
      ? sql`AND NOT EXISTS (
          SELECT 1 FROM ${s.table} AS held WHERE ${this.isHeldBy(guess)} AND NOT (${failure.where}))`
      : sql``;
    return sql`
      UPDATE ${c.table} SET ${c.attempts} = ${c.attempts} + 1
      WHERE ${isRowOf(c, guess)} AND ${c.attempts} < ${this.limits.allowedAttempts}
        ${guess.expiredToo ? sql`` : sql`AND ${c.expiresAt} > ${guess.now}`}
        ${guess.id === undefined ? sql`` : sql`AND ${c.id} = ${guess.id}`} ${isOpen}
      RETURNING ${seenColumns(c)}`;
  }

  /** One guess at the number. */
  chargedNumber(
    { phoneNumber, holder, now }: Guess,
    { set, where }: GuardedChange,
    from = sql`WHERE 1 = 1`,
  ): Sql {
    const { s } = this;
    const wait = momentIn(this.limits.guesses?.waits[0] ?? 0, now);
    return sql`
      INSERT INTO ${s.table} AS held
        (${s.phoneNumber}, ${s.holder}, ${s.hourFailures}, ${s.hourFailuresFrom}, ${s.dayFailures}, ${s.dayFailuresFrom},
         ${s.failuresInARow}, ${s.lockedUntil})
      SELECT ${phoneNumber}, ${holder}, 1, ${now}, 1, ${now}, 1, ${wait} ${from}
      ON CONFLICT (${s.phoneNumber}, ${s.holder}) DO UPDATE SET ${set} WHERE ${where}
      RETURNING ${this.told}`;
  }

  /** What is told of a number beside a code. */
  get told(): Sql {
    const { s } = this;
    return sql`${s.failuresInARow} AS failures, ${s.sendsInARow} AS messages, ${s.sentFrom} AS sent_from`;
  }

  isHeldBy({ phoneNumber, holder }: LedgerKey): Sql {
    const { held } = this;
    return sql`${held.phoneNumber} = ${phoneNumber} AND ${held.holder} = ${holder}`;
  }

  usedCode(key: CodeKey, id: string): Sql {
    const { c } = this;
    return sql`DELETE FROM ${c.table} WHERE ${isRowOf(c, key)} AND ${c.id} = ${id}`;
  }

  cleared(key: LedgerKey, and = sql``): Sql {
    const { set, where } = new LedgerSql(this.s, this.s).success(key);
    return sql`UPDATE ${this.s.table} SET ${set} WHERE ${where} ${and}`;
  }
}

/** What was sent again, where it is not the new code. @param row of {@link ReturningSql.newOrResentCode} */
export function toResentCode(row: Record<string, unknown>, { id }: NewCode): ResentCode | undefined {
  if (row['id'] === id) return undefined;
  return {
    id: row['id'] as string,
    sealed: row['sealed'] as string,
    expiresAt: Number(row['expires_at']),
  };
}

const held = (column: SqlName): Sql => sql`held.${column}`;

/** @param row of the code, and of the number */
export function toChargedCode(row: Record<string, unknown>): ChargedCode {
  return {
    ...toSeenCode(row),
    failuresInARow: Number(row['failures'] ?? 0),
    messages: Number(row['messages'] ?? 0),
    sentFrom: (row['sent_from'] as string | null) ?? '',
  };
}

const sendCounts = (s: StateNames): Sql =>
  SEND_COLUMNS.map((column) => sql`${s[column]} AS ${s[column]}`).reduce((all, one) => sql`${all}, ${one}`);

const toSendCounts = (row: Record<string, unknown>): SendCounts => {
  const values = Object.values(row).map(Number);
  return Object.fromEntries(SEND_COLUMNS.map((column, i) => [column, values[i]])) as Record<
    (typeof SEND_COLUMNS)[number],
    number
  >;
};
