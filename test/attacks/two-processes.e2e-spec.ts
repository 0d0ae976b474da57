import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { PHONE_AUTH_ENTITIES } from 'nestjs-phone-auth';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import type { AppProcessInput, AppProcessReport } from '../support/app-process.js';
import { buildServer } from '../support/build-server.js';
import { databaseNames, makeDatabase, type TestDatabase } from '../support/platforms.js';
import { parallel, wrongCodes } from '../support/served-app.js';

const PER_HOUR = 7;
const options: AppProcessInput['options'] = {
  secret: 'one secret for every process of this application',
  rateLimit: false,
  allowedAttempts: 10,
  limits: { pumping: false, guesses: { perHour: PER_HOUR, waits: [0] } },
};

/** SQLite is for one process. */
const names = databaseNames.filter((name) => name !== 'sqlite');

describe.runIf(names.length > 0)('two processes', () => {
  let databases: TestDatabase[];
  let processes: ChildProcess[];
  beforeAll(async () => {
    const [file, ...made] = await Promise.all([buildServer(), ...names.map(makeDatabase)]);
    databases = made;
    await Promise.all(databases.map((database) => makeTables(database.options)));
    const input: AppProcessInput = {
      options,
      databases: databases.map((database) => ({ ...database.options, synchronize: false })),
    };
    processes = [0, 1].map(() => fork(file, [JSON.stringify(input)], { execArgv: [] }));
    await Promise.all(processes.map((child) => once(child, 'message')));
  });
  afterAll(async () => {
    for (const child of processes) child.kill();
    await Promise.all(databases.map((database) => database.drop()));
  });

  async function makeTables(database: TypeOrmModuleOptions): Promise<void> {
    const source = new DataSource({ ...(database as DataSourceOptions), entities: PHONE_AUTH_ENTITIES });
    await source.initialize();
    await source.destroy();
  }

  describe.each(names)('on %s', (name) => {
    /** What both processes say of their application on this database. */
    const reports = () =>
      Promise.all(
        processes.map(async (child) => {
          const answer = once(child, 'message');
          child.send('report');
          const [all] = (await answer) as [AppProcessReport[]];
          const report = all[names.indexOf(name)];
          if (!report) throw new Error(`nothing runs on ${name}`);
          return report;
        }),
      );
    const post = async (port: number, path: string, body: object) => {
      const answer = await fetch(`http://127.0.0.1:${port}/auth/phone-number/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    /** The same from both at once, and what it changed. */
    const fromBoth = async (times: number, path: string, bodyOf: (index: number) => object) => {
      const before = await reports();
      const statuses = await parallel(times, (n) => post(before[n % 2]?.port ?? 0, path, bodyOf(n)));
      const after = await reports();
      const grown = (count: (report: AppProcessReport) => number) =>
        after.reduce((sum, report, index) => sum + count(report) - count(before[index] ?? report), 0);
      return {
        ok: statuses.filter((status) => status === 200).length,
        failed: statuses.filter((status) => status >= 500).length,
        compared: grown((report) => report.compared),
        sent: grown((report) => report.sent.length),
      };
    };
    const codeFor = async (phoneNumber: string) => {
      const [{ port } = { port: 0 }] = await reports();
      await post(port, 'send-otp', { phoneNumber });
      const [first] = await reports();
      return first?.sent.at(-1) ?? '';
    };

    it('A7, R10 of 200 wrong codes at once as many are compared as an hour of the number allows', async () => {
      const phoneNumber = freshNumber();
      const guesses = wrongCodes(await codeFor(phoneNumber), 200);
      const seen = await fromBoth(200, 'verify', (n) => ({ phoneNumber, code: guesses[n] }));
      expect(seen).toEqual({ ok: 0, failed: 0, compared: PER_HOUR, sent: 0 });
    });

    it('A26, R23 of 100 messages at once one is sent', async () => {
      const phoneNumber = freshNumber();
      const seen = await fromBoth(100, 'send-otp', () => ({ phoneNumber }));
      expect(seen).toEqual({ ok: 1, failed: 0, compared: 0, sent: 1 });
    });

    it('A4, R3 of 40 right codes at once one signs in', async () => {
      const phoneNumber = freshNumber();
      const code = await codeFor(phoneNumber);
      const seen = await fromBoth(40, 'verify', () => ({ phoneNumber, code }));
      expect(seen).toMatchObject({ ok: 1, failed: 0 });
    });
  });
});
