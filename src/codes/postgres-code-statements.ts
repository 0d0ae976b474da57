import type { FollowUp, RowAlong } from '../persistence/along.js';
import type { Queryable, Row } from '../persistence/database.js';
import { joined, sql, type Sql, SqlName } from '../persistence/sql.js';
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
import { type CodeKey, type CodeTable, isRowOf } from './code-table.js';
import type { LedgerLimits } from './ledger-limits.js';
import type { StateNames } from './ledger-sql.js';
import { ReturningSql, toChargedCode, toResentCode } from './returning-sql.js';

/** One round trip each: the code and the ledger change in one statement, through data-modifying CTEs. */
export class PostgresCodeStatements implements CodeStatements {
  private readonly sql: ReturningSql;

  constructor(
    private readonly db: Queryable,
    private readonly c: CodeTable,
    private readonly s: StateNames,
    limits: LedgerLimits,
  ) {
    this.sql = new ReturningSql(c, s, limits);
  }

  async put(code: NewCode, request: SlotRequest, resend?: CodeToResend): Promise<Slot | undefined> {
    if (!this.sql.limits.isOn) return this.putUncounted(code, request, resend);
    const { along } = request;
    const { columns, join } = readAlong(along);
    // a guess locks the code and then its number: in the other order the two would wait for each other
    const [row] = await this.db.rows(sql`
      WITH locked AS (
        SELECT 1 FROM ${this.c.table} WHERE ${isRowOf(this.c, code)} FOR UPDATE
      ), slot AS (
        ${this.sql.slot(code, request, sql`FROM (SELECT count(*) FROM locked) AS waited`)}
      ), code AS (
        ${resend ? this.sql.newOrResentCode(code, resend, sql`FROM slot`) : this.sql.newCode(code, sql`FROM slot`)}
      )
      SELECT slot.* ${resend ? sql`, code.*` : sql``} ${columns}
      FROM slot ${resend ? sql`CROSS JOIN code` : sql``} ${join}`);
    const slot = this.sql.slotOf(row);
    return slot && { ...slot, resent: resend && row && toResentCode(row, code), along: along && row };
  }

  async replace(code: NewCode): Promise<void> {
    await this.db.affected(this.sql.newCode(code));
  }

  async charge(guess: Guess): Promise<ChargedCode | undefined> {
    const code = this.sql.chargedCode(guess);
    const failure = this.sql.failure(guess);
    const { along } = guess;
    const { columns, join } = readAlong(along);
    const [row] = await this.db.rows(
      failure
        ? sql`
          WITH code AS (${code}), ledger AS (${this.sql.chargedNumber(guess, failure, sql`FROM code`)})
          SELECT code.*, ledger.* ${columns} FROM code CROSS JOIN ledger ${join}`
        : sql`
          WITH code AS (${code}) SELECT code.*, ${this.sql.told} ${columns} FROM code
          LEFT JOIN ${this.s.table} AS held ON ${this.sql.isHeldBy(guess)} ${join}`,
    );
    return row && { ...toChargedCode(row), along: along && row };
  }

  async use(key: CodeKey & LedgerKey, id: string): Promise<boolean> {
    if (!this.sql.limits.isOn) return (await this.db.affected(this.sql.usedCode(key, id))) === 1;
    const rows = await this.db.rows(sql`WITH ${this.used(key, id)} SELECT one FROM used`);
    return rows.length === 1;
  }

  async useWith(
    key: CodeKey & LedgerKey,
    id: string,
    followUps: readonly [FollowUp, ...FollowUp[]],
  ): Promise<Row | undefined> {
    const steps = followUps.map((followUp, i) => {
      const before = new SqlName(i === 0 ? 'used' : `step_${i - 1}`);
      return sql`${new SqlName(`step_${i}`)} AS (${followUp(before)})`;
    });
    const [row] = await this.db.rows(
      sql`WITH ${this.used(key, id)}, ${joined(steps)} SELECT step_0.* FROM used LEFT JOIN step_0 ON 1 = 1`,
    );
    return row;
  }

  /** The code is gone, and with it the failures of its number. */
  private used(key: CodeKey & LedgerKey, id: string): Sql {
    const used = sql`used AS (${this.sql.usedCode(key, id)} RETURNING 1 AS one)`;
    if (!this.sql.limits.isOn) return used;
    return sql`${used}, cleared AS (${this.sql.cleared(key, sql`AND EXISTS (SELECT 1 FROM used)`)})`;
  }

  private async putUncounted(code: NewCode, { now }: SlotRequest, resend?: CodeToResend): Promise<Slot> {
    const slot = { nextSendAt: now, sendsInARow: 0 };
    if (resend) {
      const [row] = await this.db.rows(this.sql.newOrResentCode(code, resend));
      return { ...slot, resent: row && toResentCode(row, code) };
    }
    await this.replace(code);
    return slot;
  }
}

/** What a SELECT reads along, and how. */
const readAlong = (along: RowAlong | undefined): { columns: Sql; join: Sql } =>
  along
    ? {
        columns: sql`, ${along.columns}`,
        join: sql`LEFT JOIN ${along.table} AS ${along.alias} ON ${along.condition}`,
      }
    : { columns: sql``, join: sql`` };
