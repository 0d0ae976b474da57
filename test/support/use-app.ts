import type { TestApp } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll } from 'vitest';
import { api } from './api.js';
import { startOn } from './platforms.js';

/** One application for all tests of a `describe`, without the limit per address, and its routes as a client sees them. */
export function useApp(platform: Parameters<typeof startOn>[0], options: Parameters<typeof startOn>[1] = {}) {
  let started: TestApp;
  beforeAll(async () => {
    started = await startOn(platform, { ...options, options: { rateLimit: false, ...options.options } });
  });
  afterAll(() => started.close());

  // can be handed out at once: what it has is asked of the application when a test runs
  const t: TestApp = {
    get app() {
      return started.app;
    },
    get inbox() {
      return started.inbox;
    },
    get clock() {
      return started.clock;
    },
    settled: () => started.settled(),
    close: () => started.close(),
  };
  return { t, client: api(t) };
}
