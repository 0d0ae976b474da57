import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Clock, PhoneAuthService, PhoneUserStore } from 'nestjs-phone-auth';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { AppModule } from '../../demo/app.module.js';
import { DemoPhone } from '../../demo/phone/demo-phone.js';

/** The demo application, listening on a port of its own with a database of its own. */
export interface Demo {
  readonly url: string;
  /** The texts that came for a number, newest first. */
  textsTo(phoneNumber: string): string[];
  codeFor(phoneNumber: string): string;
  /** The server's time goes on by so much. */
  passTime(milliseconds: number): void;
  /** Makes an account as somebody did long ago. Resolves to the id of its user. */
  register(phoneNumber: string, password?: string): Promise<string>;
  /** Signs in on a device that has no page here. */
  signInElsewhere(phoneNumber: string, userAgent: string): Promise<void>;
  /** As if the number had been collected and never proven. */
  unverify(userId: string): Promise<void>;
  close(): Promise<void>;
}

/** The time of the machine, and what was added to it. */
class AdvancingClock extends Clock {
  private ahead = 0;

  override now(): number {
    return Date.now() + this.ahead;
  }

  advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }
}

export async function startDemo(): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-auth-demo-'));
  vi.stubEnv('DEMO_DATABASE', join(folder, 'demo.sqlite'));
  const clock = new AdvancingClock();
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ logger: false });
  // so that every visitor can have an address, and with it a limit, of his own
  app.set('trust proxy', true);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const phone = app.get(DemoPhone, { strict: false });
  const auth = app.get(PhoneAuthService, { strict: false });
  const textsTo = (phoneNumber: string) => phone.messagesFor(phoneNumber).map(({ text }) => text);
  const codeFor = (phoneNumber: string) => {
    const code = /\d{6}/.exec(textsTo(phoneNumber)[0] ?? '')?.[0];
    if (code === undefined) throw new Error(`No code was sent to ${phoneNumber}.`);
    return code;
  };
  /** Messages come after the answer. */
  const nextCodeFor = async (phoneNumber: string) => {
    const before = textsTo(phoneNumber).length;
    await auth.sendOtp({ phoneNumber });
    await vi.waitFor(() => expect(textsTo(phoneNumber).length).toBeGreaterThan(before));
    return codeFor(phoneNumber);
  };

  return {
    url: `http://localhost:${port}`,
    textsTo,
    codeFor,
    passTime: (milliseconds) => clock.advance(milliseconds),
    async register(phoneNumber, newPassword) {
      const code = await nextCodeFor(phoneNumber);
      const { user } = await auth.verify({ phoneNumber, code, disableSession: true });
      if (newPassword === undefined) return user.id;
      await auth.requestPasswordReset(phoneNumber);
      await vi.waitFor(() => expect(textsTo(phoneNumber)).toHaveLength(2));
      await auth.resetPassword({ phoneNumber, otp: codeFor(phoneNumber), newPassword });
      return user.id;
    },
    async signInElsewhere(phoneNumber, userAgent) {
      const code = await nextCodeFor(phoneNumber);
      await auth.verify({ phoneNumber, code, userAgent, ipAddress: '198.51.100.7' });
    },
    async unverify(userId) {
      await app.get(PhoneUserStore, { strict: false }).update(userId, { phoneNumberVerified: false });
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
