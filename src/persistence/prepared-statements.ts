import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';

/** What a statement did. */
export interface StatementResult {
  readonly records: unknown;
  readonly affected?: number | undefined;
}

/** As much of the `pg` package's client as a prepared statement takes. */
interface PgClient {
  query(query: { name: string; text: string; values: unknown[] }): Promise<PgResult>;
}

interface PgResult {
  readonly rows: unknown;
  readonly rowCount: number | null;
}

/** Statements with longer lists come in too many lengths to be worth a name each. */
const MOST_VALUES = 64;

/**
 * Statements of PostgreSQL by name: a connection parses and plans each of them once. That is most of the work of a
 * statement that touches one row (a third to a half of its time here).
 */
export class PreparedStatements {
  private readonly names = new Map<string, string>();

  async run(runner: QueryRunner, text: string, values: unknown[]): Promise<StatementResult> {
    if (values.length > MOST_VALUES) return runner.query(text, values, true);
    const client = (await runner.connect()) as PgClient;
    runner.connection.logger.logQuery(text, values, runner);
    const { rows, rowCount } = await client.query({ name: this.nameOf(text), text, values });
    return { records: rows, affected: rowCount ?? 0 };
  }

  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known) return known;
    const name = `phone_auth_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    this.names.set(text, name);
    return name;
  }
}
