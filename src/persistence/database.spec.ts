import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database } from './database.js';
import { sql, SqlName } from './sql.js';

describe('Database', () => {
  let source: DataSource;
  let db: Database;
  beforeAll(async () => {
    source = await new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize();
    db = new Database(source);
  });
  afterAll(() => source.destroy());

  it('binds whatever is put into a statement, also what looks like SQL', async () => {
    const text = `'; DROP TABLE x; --`;
    expect(await db.rows(sql`SELECT ${text} AS text, ${null} AS empty, ${7} AS number`)).toEqual([
      { text, empty: null, number: 7 },
    ]);
  });

  it('writes names and statements into a statement as they are', async () => {
    const condition = sql`${2} > ${1}`;
    expect(await db.rows(sql`SELECT 1 AS ${new SqlName('"odd name"')} WHERE ${condition}`)).toEqual([
      { 'odd name': 1 },
    ]);
  });

  it('R62, I4 a failure tells neither the log nor the caller what was bound', async () => {
    const log = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const failure: unknown = await db
      .rows(sql`SELECT nonsense(${'+12025550123'})`)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: 5 });
    expect(inspect(failure, { depth: 9 })).toContain('no such function: nonsense');
    expect(inspect(failure, { depth: 9 })).not.toContain('2025550123');
    expect(log).toHaveBeenCalledTimes(1);
    expect(inspect(log.mock.lastCall)).toMatch(/The database failed: .*no such function/);
    expect(inspect(log.mock.lastCall)).not.toContain('2025550123');
    log.mockRestore();
  });

  it('a data source of another kind is refused by name', () => {
    const other = { options: { type: 'mssql' } } as DataSource;
    expect(() => new Database(other)).toThrow(
      /the data source is of type 'mssql': use 'postgres', 'mysql', 'mariadb' or 'better-sqlite3'/,
    );
  });
});
