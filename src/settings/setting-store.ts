import { Injectable } from '@nestjs/common';
import { Database, type Names, type Row } from '../persistence/database.js';
import { UniqueViolation } from '../persistence/failures.js';
import { type Sql, sql } from '../persistence/sql.js';
import { PhoneAuthSetting } from './setting.entity.js';

export interface StoredSetting {
  readonly name: string;
  /** JSON. */
  readonly value: string;
  readonly version: number;
}

const COLUMNS = ['name', 'value', 'version', 'updatedAt'] as const;

/** The table of settings. */
@Injectable()
export class SettingStore {
  private readonly s: Names<(typeof COLUMNS)[number]>;

  constructor(private readonly db: Database) {
    this.s = db.names(PhoneAuthSetting, COLUMNS);
  }

  async all(): Promise<StoredSetting[]> {
    return (await this.db.rows(this.select)).map(toSetting);
  }

  async find(name: string): Promise<StoredSetting | undefined> {
    const [row] = await this.db.rows(sql`${this.select} WHERE ${this.s.name} = ${name}`);
    return row && toSetting(row);
  }

  /** Writes over the version before this one, 0 for none. False: somebody else has changed it since. */
  async put({ name, value, version }: StoredSetting, now: number): Promise<boolean> {
    const { s } = this;
    if (version === 1) return this.add(name, value, now);
    const changed = await this.db.affected(sql`
      UPDATE ${s.table} SET ${s.value} = ${value}, ${s.version} = ${version}, ${s.updatedAt} = ${now}
      WHERE ${s.name} = ${name} AND ${s.version} = ${version - 1}`);
    return changed === 1;
  }

  private async add(name: string, value: string, now: number): Promise<boolean> {
    const { s } = this;
    try {
      await this.db.affected(sql`
        INSERT INTO ${s.table} (${s.name}, ${s.value}, ${s.version}, ${s.updatedAt}) VALUES (${name}, ${value}, 1, ${now})`);
      return true;
    } catch (error) {
      if (error instanceof UniqueViolation) return false;
      throw error;
    }
  }

  private get select(): Sql {
    const { s } = this;
    return sql`SELECT ${s.name} AS name, ${s.value} AS content, ${s.version} AS version FROM ${s.table}`;
  }
}

const toSetting = (row: Row): StoredSetting => ({
  name: row['name'] as string,
  value: row['content'] as string,
  version: Number(row['version']),
});
