import { Clock } from 'nestjs-phone-auth';
import { createTestApp, type TestAppOptions, TestClock } from 'nestjs-phone-auth/testing';
import { makeAdapter, makeDatabase, type platforms, testLogger } from './platforms.js';
import { ServedApp } from './served-app.js';

/** Two applications on one database, with one time, as two processes of a host are; and their end. */
export async function startTwoOn(
  { adapter, database: name }: (typeof platforms)[number],
  {
    options,
    trustProxy,
    override,
  }: Pick<TestAppOptions, 'options' | 'override'> & { trustProxy?: boolean } = {},
) {
  const database = await makeDatabase(name);
  const clock = new TestClock();
  const started: ServedApp[] = [];
  const start = async () => {
    const instance = await ServedApp.of(
      await createTestApp({
        adapter: makeAdapter(adapter, trustProxy),
        database: database.options,
        options: { rateLimit: false, ...options },
        override: (builder) =>
          (override?.(builder) ?? builder).overrideProvider(Clock).useValue(clock).setLogger(testLogger()),
      }),
    );
    started.push(instance);
    return instance;
  };
  const instances: [ServedApp, ServedApp] = [await start(), await start()];
  return {
    instances,
    clock,
    /** One that is started later, as after a restart. */
    another: start,
    close: async () => {
      for (const instance of started) await instance.close();
      await database.drop();
    },
  };
}
