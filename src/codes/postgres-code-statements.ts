import type { Queryable } from '../persistence/database.js';
import { type Sql, sql } from '../persistence/sql.js';
import { newCodeColumns, newCodeValues, takeOver } from './code-rows.js';
import type {
  ChargedCode,
  CodeStatements,
  Guess,
  LedgerKey,
  NewCode,
  Slot,
  SlotRequest,
} from './code-statements.js';
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';
import type { LedgerLimits } from './ledger-limits.js';
import { columnsOf, LedgerSql, momentIn, type StateNames } from './ledger-sql.js';
import { roomFrom, SEND_COLUMNS, type SendCounts } from './send-room.js';

/** One round trip each: the code and the ledger change in one statement, through data-modifying CTEs. */
export class PostgresCodeStatements implements CodeStatements {
  private readonly ledger: LedgerSql;
  private readonly held: StateNames;

  constructor(
    private readonly db: Queryable,
    private readonly c: CodeTable,
    private readonly s: StateNames,
    private readonly limits: LedgerLimits,
  ) {
    this.held = columnsOf(s, 'held');
    this.ledger = new LedgerSql(s, this.held);
  }

  async put(code: NewCode, request: SlotRequest): Promise<Slot | undefined> {
    const { c, s } = this;
    const upsert = (values: Sql) => sql`
      INSERT INTO ${c.table} AS held (${newCodeColumns(c)}) ${values}
      ON CONFLICT (${c.purpose}, ${c.phoneNumber}) DO UPDATE SET ${takeOver(c, code, (column) => sql`held.${column}`)}`;
    if (!this.limits.isOn) {
      await this.db.affected(upsert(sql`VALUES (${newCodeValues(code)})`));
      return { nextSendAt: request.now, sendsInARow: 0 };
    }
    const { now, holder, sentFrom, sendKey } = request;
    const { set, where } = this.ledger.send(this.limits, request);
    // a guess locks the code and then its number: in the other order the two would wait for each other
    const [row] = await this.db.rows(sql`
      WITH locked AS (
        SELECT 1 FROM ${c.table} WHERE ${isRowOf(c, code)} FOR UPDATE
      ), slot AS (
        INSERT INTO ${s.table} AS held
          (${s.phoneNumber}, ${s.holder}, ${s.hourSends}, ${s.hourSendsFrom}, ${s.daySends}, ${s.daySendsFrom},
           ${s.sendsInARow}, ${s.sentAt}, ${s.nextSendAt}, ${s.sentFrom}, ${s.sendKey})
        SELECT ${code.phoneNumber}, ${holder}, 1, ${now}, 1, ${now}, 1, ${now}, ${firstDelay(this.limits, now)}, ${sentFrom}, ${sendKey}
        FROM (SELECT count(*) FROM locked) AS waited
        ON CONFLICT (${s.phoneNumber}, ${s.holder}) DO UPDATE SET ${set} WHERE ${where}
        RETURNING ${sendCounts(s)}
      ), code AS (
        ${upsert(sql`SELECT ${newCodeValues(code)} FROM slot`)}
      )
      SELECT * FROM slot`);
    if (!row) return undefined;
    const counts = toSendCounts(row);
    return { nextSendAt: roomFrom(this.limits, counts), sendsInARow: counts.sendsInARow };
  }

  async charge(guess: Guess): Promise<ChargedCode | undefined> {
    const { c, s, held } = this;
    const { allowedAttempts, guesses } = this.limits;
    const { phoneNumber, holder, id, now, human } = guess;
    const failure = guesses && this.ledger.failure(guesses, now, human);
    // a look that is not exact, and only spares the code a charge where the ledger would refuse it anyway
    const isOpen = failure
      ? sql`AND NOT EXISTS (
          SELECT 1 FROM ${s.table} AS held WHERE ${held.phoneNumber} = ${phoneNumber} AND ${held.holder} = ${holder}
            AND NOT (${failure.where}))`
      : sql``;
    const code = sql`
      UPDATE ${c.table} SET ${c.attempts} = ${c.attempts} + 1
      WHERE ${isRowOf(c, guess)} AND ${c.attempts} < ${allowedAttempts} AND ${c.expiresAt} > ${now}
        ${id === undefined ? sql`` : sql`AND ${c.id} = ${id}`} ${isOpen}
      RETURNING ${c.id} AS id, ${c.mac} AS mac, ${c.attempts} AS attempts, ${c.requestedBy} AS requested_by`;
    const ledger = sql`
      ${held.failuresInARow} AS failures, ${held.sendsInARow} AS messages, ${held.sentFrom} AS sent_from`;

    if (!failure) {
      const [row] = await this.db.rows(sql`
        WITH code AS (${code}) SELECT code.*, ${ledger} FROM code
        LEFT JOIN ${s.table} AS held ON ${held.phoneNumber} = ${phoneNumber} AND ${held.holder} = ${holder}`);
      return row && toChargedCode(row);
    }
    const { set, where } = failure;
    const wait = momentIn(guesses.waits[0] ?? 0, now);
    const [row] = await this.db.rows(sql`
      WITH code AS (${code}), ledger AS (
        INSERT INTO ${s.table} AS held
          (${s.phoneNumber}, ${s.holder}, ${s.hourFailures}, ${s.hourFailuresFrom}, ${s.dayFailures}, ${s.dayFailuresFrom},
           ${s.failuresInARow}, ${s.lockedUntil})
        SELECT ${phoneNumber}, ${holder}, 1, ${now}, 1, ${now}, 1, ${wait} FROM code
        ON CONFLICT (${s.phoneNumber}, ${s.holder}) DO UPDATE SET ${set} WHERE ${where}
        RETURNING ${ledger}
      )
      SELECT code.*, ledger.* FROM code, ledger`);
    return row && toChargedCode(row);
  }

  async use(key: CodeKey & LedgerKey, id: string): Promise<boolean> {
    const { c, s } = this;
    const used = sql`DELETE FROM ${c.table} WHERE ${isRowOf(c, key)} AND ${c.id} = ${id}`;
    if (!this.limits.isOn) return (await this.db.affected(used)) === 1;
    const { set, where } = new LedgerSql(s, s).success(key);
    const rows = await this.db.rows(sql`
      WITH used AS (${used} RETURNING 1 AS one), cleared AS (
        UPDATE ${s.table} SET ${set} WHERE ${where} AND EXISTS (SELECT 1 FROM used)
      )
      SELECT one FROM used`);
    return rows.length === 1;
  }
}

/** When the next message may follow a first one. */
export const firstDelay = ({ resendDelays }: LedgerLimits, now: number): number =>
  momentIn(resendDelays?.[0] ?? 0, now);

function toChargedCode(row: Record<string, unknown>): ChargedCode {
  return {
    id: row['id'] as string,
    mac: row['mac'] as string,
    attempts: Number(row['attempts']),
    requestedBy: row['requested_by'] as string | null,
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
