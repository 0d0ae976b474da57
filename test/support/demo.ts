import { NestFactory } from '@nestjs/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { AppModule } from '../../demo/app.module.js';
import { DemoPhone } from '../../demo/phone/demo-phone.js';

/** The demo application, listening on a port of its own with a database of its own. */
export interface Demo {
  readonly url: string;
  /** The texts that came for a number, newest first. */
  textsTo(phoneNumber: string): string[];
  codeFor(phoneNumber: string): string;
  close(): Promise<void>;
}

export async function startDemo(): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-auth-demo-'));
  vi.stubEnv('DEMO_DATABASE', join(folder, 'demo.sqlite'));
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const phone = app.get(DemoPhone, { strict: false });
  const textsTo = (phoneNumber: string) => phone.messagesFor(phoneNumber).map(({ text }) => text);

  return {
    url: `http://localhost:${port}`,
    textsTo,
    codeFor(phoneNumber) {
      const code = /\d{6}/.exec(textsTo(phoneNumber)[0] ?? '')?.[0];
      if (code === undefined) throw new Error(`No code was sent to ${phoneNumber}.`);
      return code;
    },
    async close() {
      await app.close();
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A code that is not this one. */
export const otherThan = (code: string): string => (code === '123456' ? '654321' : '123456');
