import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { PhoneAuthModuleExtras } from '../phone-auth.module-definition.js';
import type { PhoneAuthOptions } from '../options/options.js';
import { PhoneAuthModule } from '../phone-auth.module.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { SmsSender } from '../sms/sms-sender.js';
import { SmsInbox } from './sms-inbox.js';
import { TestClock } from './test-clock.js';

/**
 * What {@link createTestApp} builds.
 *
 * @publicApi
 */
export interface TestAppOptions {
  /** The application to test. Without one, a bare application with nothing but this module is made. */
  module?: Type<unknown>;
  /** Options and extras of the module in the bare application. */
  options?: PhoneAuthOptions & PhoneAuthModuleExtras;
  /** Database of the bare application. @default SQLite in memory (needs better-sqlite3) */
  database?: TypeOrmModuleOptions;
  /** Further modules, controllers and providers of the bare application. */
  metadata?: ModuleMetadata;
  /** HTTP adapter. @default Express */
  adapter?: AbstractHttpAdapter;
  /** Further overrides, as in `Test.createTestingModule(…).overrideProvider(…)`. */
  override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** Set-up that a `main.ts` would do, such as a global prefix. */
  configure?: (app: INestApplication) => void;
}

/** @publicApi */
export interface TestApp {
  readonly app: INestApplication;
  /** Every message that was sent. */
  readonly inbox: SmsInbox;
  /** The module's time. */
  readonly clock: TestClock;
  /** Resolves when everything that an answer did not wait for is done, such as the message of a password reset. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an application whose messages go to an inbox and whose time stands still: the five lines of an e2e test.
 *
 * @example
 * ```ts
 * const { app, inbox, close } = await createTestApp({ module: AppModule });
 * const http = request(app.getHttpServer());
 * await http.post('/auth/phone-number/send-otp').send({ phoneNumber });
 * await http.post('/auth/phone-number/verify').send({ phoneNumber, code: inbox.lastCodeFor(phoneNumber) }).expect(200);
 * await close();
 * ```
 * @publicApi
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const inbox = new SmsInbox();
  const clock = new TestClock();
  const background = new BackgroundTasks();
  const metadata = options.module ? { imports: [options.module] } : bareApplication(options);
  let builder = Test.createTestingModule(metadata)
    .overrideProvider(SmsSender)
    .useValue(inbox)
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(BackgroundTasks)
    .useValue(background);
  if (options.override) builder = options.override(builder);

  const module = await builder.compile();
  const app = options.adapter
    ? module.createNestApplication(options.adapter)
    : module.createNestApplication();
  options.configure?.(app);
  await app.init();
  // Fastify routes nothing before it is ready
  const instance = app.getHttpAdapter().getInstance() as { ready?: () => Promise<unknown> };
  await instance.ready?.();
  return {
    app,
    inbox,
    clock,
    settled: () => background.settled(),
    close: () => app.close(),
  };
}

function bareApplication({ options, database, metadata }: TestAppOptions): ModuleMetadata {
  const defaults: TypeOrmModuleOptions = { type: 'better-sqlite3', database: ':memory:', synchronize: true };
  return {
    ...metadata,
    imports: [
      // a database that cannot be reached shows at once, not after ten tries
      TypeOrmModule.forRoot({ autoLoadEntities: true, retryAttempts: 0, ...(database ?? defaults) }),
      PhoneAuthModule.forRoot({ secret: 'only for tests, and long enough for them', ...options }),
      ...(metadata?.imports ?? []),
    ],
  };
}
