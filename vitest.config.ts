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
      'nestjs-phone-auth/client': src('client/index.ts'),
      'nestjs-phone-auth/redis': src('redis.ts'),
      'nestjs-phone-auth/testing': src('testing.ts'),
      'nestjs-phone-auth/twilio': src('twilio/twilio-sms-sender.ts'),
      'nestjs-phone-auth': src('index.ts'),
    },
  },
};

export default defineConfig({
  test: {
    // by default one core stays idle, which is half of a small machine
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ...shared,
        test: { name: 'unit', include: ['src/**/*.spec.ts'], setupFiles: ['test/support/quiet.ts'] },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e-spec.ts'],
          globalSetup: [
            'test/support/find-databases.ts',
            'test/support/find-redis.ts',
            'test/support/build-client.ts',
          ],
          setupFiles: ['test/support/quiet.ts'],
          testTimeout: 20_000,
          expect: { poll: { timeout: 5_000 } },
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
