import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { ChildSettings } from './main.js';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Applications in a process of their own, which can be ended as processes are. */
export interface ChildApp {
  /** Where each of them has its routes. */
  readonly urls: readonly string[];
  /** Sends the signal; resolves when the process has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** The present source as JavaScript that Node runs by itself, below the repository so that it finds its packages. */
export async function buildChild(): Promise<{ main: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(at('dist/child-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    resolve: { alias: { 'nestjs-phone-auth': at('src/index.ts') } },
    build: { ssr: at('test/support/child/main.ts'), outDir: folder, target: 'node20' },
  });
  return { main: `${folder}/main.js`, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function startChild(main: string, settings: ChildSettings): Promise<ChildApp> {
  const child: ChildProcess = fork(main, {
    env: { ...process.env, CHILD_SETTINGS: JSON.stringify(settings) },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const over = once(child, 'exit');
  const started = await Promise.race([once(child, 'message'), over.then(() => undefined)]);
  if (!started) throw new Error('The child ended before it listened');
  return {
    urls: (started[0] as number[]).map((port) => `http://127.0.0.1:${port}/auth/phone-number`),
    end: async (signal) => {
      child.kill(signal);
      await over;
    },
  };
}
