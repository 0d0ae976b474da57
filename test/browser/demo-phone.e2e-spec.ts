import { createTestApp } from 'nestjs-phone-auth/testing';
import type { Server } from 'node:http';
import request from 'supertest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppModule } from '../../demo/app.module.js';
import { DemoPhone } from '../../demo/phone/demo-phone.js';
import { DemoPhoneModule } from '../../demo/phone/demo-phone.module.js';
import { startDemo } from '../support/demo.js';

const NUMBER = '+12025550123';

describe('the phone of the demo', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await close?.();
    close = undefined;
    vi.unstubAllEnvs();
  });

  it('shows the messages to a number, newest first, and no others', async () => {
    const demo = await startDemo();
    close = () => demo.close();
    for (const phoneNumber of [NUMBER, '+447400123457', NUMBER]) {
      await request(demo.url).post('/api/auth/phone-number/send-otp').send({ phoneNumber }).expect(200);
      demo.passTime(30_000);
    }

    const { body } = await messages(demo.url);

    expect(body.map(({ id }: { id: number }) => id)).toEqual([3, 1]);
    expect(body[0].text).toBe(demo.textsTo(NUMBER)[0]);
  });

  it('keeps no more than the last twenty messages', async () => {
    const phone = new DemoPhone();
    for (let sent = 0; sent < 25; sent += 1) await phone.send(message(String(sent)));

    expect(phone.messagesFor(NUMBER)).toHaveLength(20);
    expect(phone.messagesFor(NUMBER)[0]?.text).toBe('24');
  });

  it('is not found in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const test = await createTestApp({
      module: DemoPhoneModule,
      override: (builder) => builder.overrideProvider(DemoPhone).useValue({}),
    });
    close = () => test.close();

    const { status } = await messages(test.app.getHttpServer());
    expect(status).toBe(404);
  });

  it('refuses to be the sender of an application in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    vi.stubEnv('PHONE_AUTH_SECRET', 'long enough for a secret of production');
    vi.stubEnv('DEMO_DATABASE', ':memory:');

    await expect(createTestApp({ module: AppModule })).rejects.toThrow('provide a real SmsSender');
  });
});

const messages = (server: Server | string) =>
  request(server).get('/demo/messages').query({ phoneNumber: NUMBER });

const message = (text: string) => ({
  phoneNumber: NUMBER,
  text,
  code: '123456',
  purpose: 'sign-in' as const,
  userId: undefined,
  expiresIn: 300,
  signal: AbortSignal.abort(),
});
