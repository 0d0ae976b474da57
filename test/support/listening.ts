import type { TestApp, TestAppOptions } from 'nestjs-phone-auth/testing';
import { api } from './api.js';
import { startOn } from './platforms.js';

/** A client under test asks for the code and reads it off the "phone". */
export interface ListeningApp extends TestApp {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The routes, for what a test needs before its client can begin. */
  readonly routes: ReturnType<typeof api>;
}

/** An application that real clients can reach. */
export async function listenOn(
  platform: Parameters<typeof startOn>[0],
  { path = 'auth', ...options }: TestAppOptions['options'] & { path?: string } = {},
  configure?: TestAppOptions['configure'],
): Promise<ListeningApp> {
  const t = await startOn(platform, {
    options: { rateLimit: false, path, ...options },
    ...(configure && { configure }),
  });
  await t.app.listen(0, '127.0.0.1');
  return { ...t, origin: await t.app.getUrl(), routes: api(t, `/${path}`) };
}
