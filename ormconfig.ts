import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PHONE_AUTH_ENTITIES, PHONE_AUTH_MIGRATIONS } from './src/index.js';

/**
 * The module's tables for the TypeORM command line, on the database of DATABASE_URL (postgres://, mysql:// or
 * mariadb://), or on the demo's SQLite file:
 *
 *   npx tsx node_modules/typeorm/cli.js migration:run -d ormconfig.ts
 *   npx tsx node_modules/typeorm/cli.js schema:log    -d ormconfig.ts
 */
function database(url = process.env['DATABASE_URL']): DataSourceOptions {
  if (!url) {
    return {
      type: 'better-sqlite3',
      database: process.env['PHONE_AUTH_SQLITE'] ?? 'demo.sqlite',
      enableWAL: true,
    };
  }
  const { protocol } = new URL(url);
  // on MariaDB, TypeORM's type 'mysql' sees differences where there are none
  if (protocol === 'mysql:') return { type: 'mysql', url };
  if (protocol === 'mariadb:') return { type: 'mariadb', url };
  return { type: 'postgres', url };
}

export default new DataSource({
  ...database(),
  entities: PHONE_AUTH_ENTITIES,
  migrations: PHONE_AUTH_MIGRATIONS,
});
