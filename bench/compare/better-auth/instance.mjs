// Better Auth as its documentation sets it up: phone-number plugin, one pool, limits as in production.
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { phoneNumber } from 'better-auth/plugins';
import { databaseUrl, port, secret, sendOTP, sqliteFile } from '../servers/listening.mjs';

async function database() {
  if (databaseUrl) {
    const { default: pg } = await import('pg');
    return new pg.Pool({ connectionString: databaseUrl, max: 10 });
  }
  const { default: Database } = await import('better-sqlite3');
  const sqlite = new Database(sqliteFile);
  sqlite.pragma('journal_mode = WAL');
  return sqlite;
}

export async function makeBetterAuth() {
  const options = {
    database: await database(),
    secret,
    baseURL: `http://127.0.0.1:${port}`,
    basePath: '/auth',
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [
      phoneNumber({ sendOTP, signUpOnVerification: { getTempEmail: (number) => `${number}@phone.invalid` } }),
    ],
  };
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
  return betterAuth(options);
}
