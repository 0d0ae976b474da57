import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { PHONE_AUTH_ENTITIES, PHONE_AUTH_MIGRATIONS } from './src/index.js';

/**
 * The module's tables for the TypeORM command line, on the database of DATABASE_URL, or on the demo's SQLite file:
 *
 *   npx tsx node_modules/typeorm/cli.js migration:run -d ormconfig.ts
 *   npx tsx node_modules/typeorm/cli.js schema:log    -d ormconfig.ts
 */
const url = process.env['DATABASE_URL'];

export default new DataSource({
  ...(url
    ? { type: 'postgres', url }
    : {
        type: 'better-sqlite3',
        database: process.env['PHONE_AUTH_SQLITE'] ?? 'demo.sqlite',
        enableWAL: true,
      }),
  entities: PHONE_AUTH_ENTITIES,
  migrations: PHONE_AUTH_MIGRATIONS,
});
