import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const shared = {
  // test files may lie outside what tsconfig.json includes, so decorators are stated here as well
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    alias: {
      'nestjs-phone-auth/resource-server': src('resource-server.ts'),
      'nestjs-phone-auth/captcha': src('captcha.ts'),
      'nestjs-phone-auth/client': src('client/index.ts'),
      'nestjs-phone-auth/openapi': src('openapi.ts'),
      'nestjs-phone-auth/redis': src('redis.ts'),
      'nestjs-phone-auth/bullmq': src('bullmq.ts'),
      'nestjs-phone-auth/opentelemetry': src('opentelemetry.ts'),
      'nestjs-phone-auth/testing': src('testing.ts'),
      'nestjs-phone-auth/twilio': src('twilio.ts'),
      'nestjs-phone-auth/sns': src('sns.ts'),
      'nestjs-phone-auth/vonage': src('vonage.ts'),
      'nestjs-phone-auth/messagebird': src('messagebird.ts'),
      'nestjs-phone-auth': src('index.ts'),
    },
  },
};

/** Files that change what a process keeps for good. The others share a process, and load what they import once. */
const ALONE = [
  // puts a spy into node:crypto
  'src/codes/code-mac.spec.ts',
  // @nestjs/typeorm keeps every entity of the process for `autoLoadEntities`, here the tables under other names
  'test/e2e/renamed-tables.e2e-spec.ts',
  // and here those of applications with users of their own
  'test/data/user-stores.e2e-spec.ts',
  'test/data/host-users.e2e-spec.ts',
];

// the time is for a busy machine: no test sleeps
const unit = { setupFiles: ['test/support/quiet.ts'], testTimeout: 20_000 };

const e2e = {
  ...unit,
  globalSetup: [
    'test/support/find-databases.ts',
    'test/support/find-redis.ts',
    'test/support/build-client.ts',
  ],
  expect: { poll: { timeout: 5_000 } },
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    // by default one core stays idle, which is half of a small machine
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ...shared,
        test: {
          ...unit,
          name: 'unit',
          isolate: false,
          include: ['src/**/*.spec.ts', 'bench/**/*.spec.ts'],
          exclude: ALONE,
        },
      },
      {
        ...shared,
        test: { ...e2e, name: 'e2e', isolate: false, include: ['test/**/*.e2e-spec.ts'], exclude: ALONE },
      },
      { ...shared, test: { ...e2e, name: 'alone', include: ALONE } },
    ],
  },
});
