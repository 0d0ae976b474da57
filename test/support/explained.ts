import type { DataSource } from 'typeorm';
import { vi } from 'vitest';
import { Database } from '../../src/persistence/database.js';
import { PLACEHOLDER } from '../../src/persistence/dialect.js';
import type { Sql } from '../../src/persistence/sql.js';
import type { DatabaseName } from './platforms.js';

/** Every statement that the module runs while `work` does, outside of transactions. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Sql[]> {
  const seen: Sql[] = [];
  const spies = (['rows', 'affected'] as const).map((method) => {
    const original = Reflect.get(Database.prototype, method) as (statement: Sql) => Promise<never>;
    return vi.spyOn(Database.prototype, method).mockImplementation(function (this: Database, statement) {
      seen.push(statement);
      return original.call(this, statement);
    });
  });
  await work();
  for (const spy of spies) spy.mockRestore();
  return seen;
}

/** What a database would look a statement up with: `undefined` where it has to read a whole table. */
export async function indexOf(
  source: DataSource,
  database: DatabaseName,
  statement: Sql,
): Promise<string | undefined> {
  const placeholder = PLACEHOLDER[database === 'mariadb' ? 'mysql' : database];
  const { text, values } = statement.compile(placeholder);
  const plan = await plans[database](source, text, values);
  return /no index/.test(plan) ? undefined : plan;
}

const plans: Record<DatabaseName, (source: DataSource, text: string, values: unknown[]) => Promise<string>> =
  {
    async sqlite(source, text, values) {
      const steps: { detail: string }[] = await source.query(`EXPLAIN QUERY PLAN ${text}`, values);
      return steps
        .map(({ detail }) =>
          /^SCAN (?!.*(INDEX|CONSTANT ROW|\d-ROW))/.test(detail) ? `no index: ${detail}` : detail,
        )
        .join('; ');
    },

    // tables of a test are small, and read whole where that may be
    async postgres(source, text, values) {
      const runner = source.createQueryRunner();
      await runner.startTransaction();
      await runner.query('SET LOCAL enable_seqscan = off');
      const steps = (await runner.query(`EXPLAIN ${text}`, values)) as Record<'QUERY PLAN', string>[];
      await runner.rollbackTransaction();
      await runner.release();
      return steps
        .map((step) => step['QUERY PLAN'])
        .map((line) => (/Seq Scan/.test(line) ? `no index: ${line}` : line))
        .join('; ');
    },

    async mariadb(source, text, values) {
      const steps: { possible_keys: string | null; key: string | null; Extra: string | null }[] =
        await source.query(`EXPLAIN ${text}`, values);
      return steps.map((step) => step.possible_keys ?? step.key ?? `no index: ${step.Extra}`).join('; ');
    },
  };
