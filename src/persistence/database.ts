import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, EntityMetadata, EntitySchema, QueryRunner } from 'typeorm';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { BIND, type Dialect, DIALECTS, PLACEHOLDER } from './dialect.js';
import { guard } from './failures.js';
import { Mutex } from './mutex.js';
import { PreparedStatements, type StatementResult } from './prepared-statements.js';
import { withRetries } from './retry.js';
import { SqlName, type Sql } from './sql.js';

/** The quoted names of an entity's table and columns, as the host's naming and `entityPrefix` made them. */
export type Names<Column extends string> = { readonly table: SqlName } & Readonly<Record<Column, SqlName>>;

/** A row as the driver gives it. */
export type Row = Record<string, unknown>;

/** Where a statement can be run: by itself, or inside a transaction. */
export interface Queryable {
  /** Runs a statement that gives rows back. */
  rows(statement: Sql): Promise<Row[]>;
  /** Runs a statement and says how many rows it changed. */
  affected(statement: Sql): Promise<number>;
}

/** An open transaction. `manager` is there for stores that a host wrote with TypeORM. */
export interface Transaction extends Queryable {
  readonly manager: EntityManager;
}

/** How long a request waits for a transaction that the host has open on the same, single connection. */
const FOREIGN_TRANSACTION_LIMIT = 5_000;

/** Several module instances can share one SQLite connection, so its queue belongs to the data source, not to them. */
const queues = new WeakMap<DataSource, Mutex>();

/**
 * The only way from this module to the database. Statements are written out, counted and portable, or in a variant for
 * MySQL where that cannot be; TypeORM brings the connection, the schema and the names. What loses a race against another
 * transaction is done again.
 *
 * On SQLite all work shares one connection, where a rollback takes back whatever anybody wrote since BEGIN. So
 * everything here waits in one queue, and waits for a transaction of the host to end, lest its rollback undo a count.
 */
export class Database implements Queryable {
  readonly dialect: Dialect;
  private readonly logger = new Logger('PhoneAuth');
  private readonly queue: Mutex | undefined;
  private readonly prepared: PreparedStatements | undefined;

  /**
   * @param renamed what stands for an entity class in the data source, where that is not the class itself
   * @param prepareStatements whether PostgreSQL is given statements by name
   */
  constructor(
    readonly dataSource: DataSource,
    // oxlint-disable-next-line typescript/no-unsafe-function-type -- TypeORM's own type for an entity class
    private readonly renamed: ReadonlyMap<Function, EntitySchema> = new Map(),
    prepareStatements = true,
  ) {
    const { type } = dataSource.options;
    const dialect = DIALECTS.get(type);
    if (!dialect) {
      throw new PhoneAuthOptionError(
        'the data source',
        `of type '${type}'`,
        "use 'postgres', 'mysql', 'mariadb' or 'better-sqlite3'",
      );
    }
    this.dialect = dialect;
    if (dialect === 'postgres' && prepareStatements) this.prepared = new PreparedStatements();
    if (dialect === 'sqlite') {
      this.queue = queues.get(dataSource) ?? new Mutex();
      queues.set(dataSource, this.queue);
    }
  }

  /**
   * Names for an entity.
   *
   * @throws PhoneAuthOptionError where the data source does not know the entity
   */
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- TypeORM's own type for an entity class
  names<Column extends string>(entity: Function, columns: readonly Column[]): Names<Column> {
    const hint = 'set autoLoadEntities: true, or add ...PHONE_AUTH_ENTITIES to its entities';
    const metadata = this.metadata(entity, hint);
    const names: Record<string, SqlName> = { table: this.quoted(metadata.tablePath) };
    for (const property of columns) {
      const column = metadata.columns.find((candidate) => candidate.propertyName === property);
      if (!column) throw new Error(`${entity.name} has no column ${property}`);
      names[property] = this.quoted(column.databaseName);
    }
    return names as Names<Column>;
  }

  /**
   * What TypeORM knows of an entity.
   *
   * @param hint what would help where the data source does not know it
   * @throws PhoneAuthOptionError where it does not
   */
  // oxlint-disable-next-line typescript/no-unsafe-function-type -- TypeORM's own type for an entity class
  metadata(entity: Function, hint: string): EntityMetadata {
    const target = this.renamed.get(entity) ?? entity;
    if (this.dataSource.hasMetadata(target)) return this.dataSource.getMetadata(target);
    throw new PhoneAuthOptionError('the data source', `without the entity ${entity.name}`, hint);
  }

  /** A name, or a path of names, as the database at hand quotes it. */
  quoted(path: string): SqlName {
    const names = path.split('.').map((name) => this.dataSource.driver.escape(name));
    return new SqlName(names.join('.'));
  }

  rows(statement: Sql): Promise<Row[]> {
    return this.withRunner((runner) => this.on(runner).rows(statement));
  }

  affected(statement: Sql): Promise<number> {
    return this.withRunner((runner) => this.on(runner).affected(statement));
  }

  /**
   * Runs `work` in one transaction of its own, never in one that a caller has open. It may run more than once, and only
   * the last time counts: `work` must do nothing that a rollback does not undo.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.withRunner(async (runner) => {
      await guard(() => runner.startTransaction());
      try {
        const result = await work({ ...this.on(runner), manager: runner.manager });
        await guard(() => runner.commitTransaction());
        return result;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    });
  }

  /** Runs what TypeORM has better words for than SQL, by itself as a statement would. */
  withManager<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.withRunner((runner) => work(runner.manager));
  }

  private async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const run = () => withRetries(() => this.onNewRunner(work));
    try {
      return await (this.queue ? this.queue.run(run) : run());
    } catch (error) {
      if (error instanceof PhoneAuthError && error.code === 'SERVICE_UNAVAILABLE') {
        this.logger.error(`The database failed: ${String(error.cause)}`);
      }
      throw error;
    }
  }

  private async onNewRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      if (this.queue) await this.foreignTransactionEnded(runner);
      return await work(runner);
    } finally {
      await runner.release();
    }
  }

  private on(runner: QueryRunner): Queryable {
    const run = async (statement: Sql) => {
      const { text, values } = statement.compile(PLACEHOLDER[this.dialect]);
      const bound = values.map(BIND[this.dialect]);
      return guard<StatementResult>(
        () => this.prepared?.run(runner, text, bound) ?? runner.query(text, bound, true),
        bound,
      );
    };
    return {
      rows: async (statement) => (await run(statement)).records as Row[],
      affected: async (statement) => (await run(statement)).affected ?? 0,
    };
  }

  private async foreignTransactionEnded(runner: QueryRunner): Promise<void> {
    const deadline = Date.now() + FOREIGN_TRANSACTION_LIMIT;
    while (runner.isTransactionActive) {
      if (Date.now() > deadline) {
        throw new PhoneAuthError('SERVICE_UNAVAILABLE', {
          cause: new Error(
            'A transaction stayed open on the SQLite connection. Do not call PhoneAuthService inside one, or give the module a data source of its own.',
          ),
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
