import { Logger } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { AddressInfo } from 'node:net';
import { CodeMac } from '../../src/codes/code-mac.js';
import type { PhoneAuthOptions } from '../../src/options/options.js';
import { Clock, SystemClock } from '../../src/runtime/clock.js';
import { createTestApp } from '../../src/testing/create-test-app.js';

/** What a process is started with, as its argument. */
export interface AppProcessInput {
  readonly options: PhoneAuthOptions;
  /** One application each. */
  readonly databases: readonly TypeOrmModuleOptions[];
}

/** What it says of an application whenever it is asked. */
export interface AppProcessReport {
  readonly port: number;
  /** Codes that were compared so far. */
  readonly compared: number;
  /** The codes of the messages so far. */
  readonly sent: readonly string[];
}

const { options, databases } = JSON.parse(process.argv[2] ?? '{}') as AppProcessInput;

Logger.overrideLogger(false);

const reports = await Promise.all(
  databases.map(async (database): Promise<() => AppProcessReport> => {
    const { app, inbox } = await createTestApp({
      database,
      options,
      // processes have one time between them, which is the machine's
      override: (builder) => builder.overrideProvider(Clock).useClass(SystemClock),
    });
    let compared = 0;
    const mac = app.get(CodeMac, { strict: false });
    const matches = mac.matches.bind(mac);
    mac.matches = (...given) => {
      compared += 1;
      return matches(...given);
    };
    const server = (await app.listen(0, '127.0.0.1')) as { address(): AddressInfo };
    const { port } = server.address();
    return () => ({ port, compared, sent: inbox.messages.map(({ code }) => code) });
  }),
);

process.on('message', () => process.send?.(reports.map((report) => report())));
process.on('disconnect', () => process.exit());
process.send?.(reports.map((report) => report()));
