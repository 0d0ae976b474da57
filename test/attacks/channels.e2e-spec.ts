import { QuotaStore } from 'nestjs-phone-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { api, freshNumber } from '../support/api.js';
import { platforms, startOn } from '../support/platforms.js';

describe.each(platforms)('other ways than a text on $name', (platform) => {
  let t: TestApp;
  let client: ReturnType<typeof api>;
  beforeAll(async () => {
    const options = { rateLimit: false, channels: { whatsapp: {}, voice: { perDay: 2 } } } as const;
    t = await startOn(platform, { options });
    client = api(t);
  });
  beforeEach(() => t.clock.advance({ hours: 25 }));
  afterAll(() => t.close());

  const send = (phoneNumber: string, channel?: string) =>
    client.post('/phone-number/send-otp', { phoneNumber, channel });
  const texts = async (phoneNumber: string, count: number) => {
    for (let i = 0; i < count; i += 1) await send(phoneNumber).expect(200);
  };
  const channelsOf = (phoneNumber: string) => t.inbox.messagesFor(phoneNumber).map(({ channel }) => channel);

  it('R33 WhatsApp opens after two texts and a call after three, and each answer says what is open', async () => {
    const phoneNumber = freshNumber();
    for (const channels of [['sms'], ['sms', 'whatsapp'], ['sms', 'whatsapp', 'voice']])
      expect((await send(phoneNumber)).body).toMatchObject({ channels });

    await send(phoneNumber, 'whatsapp').expect(200);
    await send(phoneNumber, 'voice').expect(200);
    expect(channelsOf(phoneNumber)).toEqual(['sms', 'sms', 'sms', 'whatsapp', 'voice']);
  });

  it.each([
    ['whatsapp', 1],
    ['voice', 2],
  ])('R33 %s is refused before, and nothing is sent or counted', async (channel, before) => {
    const phoneNumber = freshNumber();
    await texts(phoneNumber, before);
    const { status, body } = await send(phoneNumber, channel);
    expect([status, body.code]).toEqual([400, 'CHANNEL_NOT_AVAILABLE']);
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(before);
  });

  it('R33 texts of long ago, or whose code came back, open nothing', async () => {
    const rested = freshNumber();
    await texts(rested, 3);
    t.clock.advance({ hours: 1 });
    expect((await send(rested, 'whatsapp')).status).toBe(400);

    const { phoneNumber } = await client.signIn();
    await texts(phoneNumber, 2);
    await client.verify(phoneNumber, t.inbox.lastCodeFor(phoneNumber)).expect(200);
    expect((await send(phoneNumber, 'whatsapp')).status).toBe(400);
  });

  it('R33, A29 calls to a number have lower limits of their own', async () => {
    const phoneNumber = freshNumber();
    await texts(phoneNumber, 3);
    await send(phoneNumber, 'voice').expect(200);
    const again = await send(phoneNumber, 'voice');
    expect([again.status, again.body.code, again.body.retryAfter]).toEqual([429, 'RATE_LIMITED', 3_600]);
    await send(phoneNumber).expect(200);

    t.clock.advance({ minutes: 60 });
    await texts(phoneNumber, 3);
    await send(phoneNumber, 'voice').expect(200);
    t.clock.advance({ minutes: 60 });
    await texts(phoneNumber, 3);
    expect((await send(phoneNumber, 'voice')).status).toBe(429);
    expect(channelsOf(phoneNumber).filter((channel) => channel === 'voice')).toHaveLength(2);
  });

  it('R17, A33, R33 no call is made while nobody can count it', async () => {
    const phoneNumber = freshNumber();
    await texts(phoneNumber, 3);
    const store = t.app.get(QuotaStore, { strict: false });
    const down = vi.spyOn(store, 'take').mockRejectedValueOnce(new Error('ECONNREFUSED'));
    const { status, body } = await send(phoneNumber, 'voice');
    down.mockRestore();
    expect([status, body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(channelsOf(phoneNumber)).toEqual(['sms', 'sms', 'sms']);
  });

  it('R33 a reset takes the same ways', async () => {
    const { phoneNumber } = await client.signIn();
    await texts(phoneNumber, 3);
    const reset = (channel: string) =>
      client.post('/phone-number/request-password-reset', { phoneNumber, channel });
    await reset('voice').expect(200);
    await t.settled();
    expect(t.inbox.messagesFor(phoneNumber).at(-1)).toMatchObject({
      purpose: 'reset-password',
      channel: 'voice',
    });
    await reset('pigeon').expect(400);
  });
});

describe('an application with nothing but texts', () => {
  it('R33 offers no other way, and says nothing of ways', async () => {
    const t = await startOn(platforms[0]!);
    const phoneNumber = freshNumber();
    for (let i = 0; i < 4; i += 1)
      expect((await api(t).sendOtp(phoneNumber)).body).not.toHaveProperty('channels');
    await api(t).post('/phone-number/send-otp', { phoneNumber, channel: 'voice' }).expect(400);
    await t.close();
  });
});
