import { Controller, Get, UseGuards } from '@nestjs/common';
import { OperatorGuard, type PhoneAuthEvent, PhoneAuthModule, PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const KEY = 'an-operator-key-that-nobody-guesses';
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** What an operator of the host asks the host itself. */
@Controller('auth/host')
@UseGuards(OperatorGuard)
class HostOperations {
  constructor(private readonly phoneAuth: PhoneAuthService) {}

  @Get('messages')
  messages() {
    return this.phoneAuth.messagesByHour();
  }
}

describe.each(everyAdapterAndDatabase)('what operators see, on $name', (platform) => {
  const events: PhoneAuthEvent[] = [];
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      trustProxy: true,
      options: {
        admin: { apiKeys: [KEY] },
        isGlobal: true,
        resendDelays: [30],
        limits: {
          sends: { inARow: 3, perHour: 4, perDay: 5, perAddress: 5, perUser: 1 },
          pumping: false,
          guesses: { waits: [60], inARow: 5 },
        },
        allowedAttempts: 1,
        numbers: { countries: ['US', 'DE'] },
        onEvent: (event) => void events.push(event),
      },
      metadata: { controllers: [HostOperations] },
    });
  });
  afterAll(() => served.close());
  beforeEach(() => served.t.clock.advance({ seconds: 86_400 }));

  let visitors = 0;
  const elsewhere = () => ({ 'x-forwarded-for': `198.51.100.${(visitors += 1)}` });
  /** Why the last request for a code was refused, as events say, and what the answer said. */
  const refusalOf = async (phoneNumber: string, headers: Record<string, string> = elsewhere()) => {
    await served.t.settled();
    events.length = 0;
    const { body, text, headers: sent } = await served.sendOtp(phoneNumber, headers);
    await served.t.settled();
    const event = events.find(({ type }) => type === 'code-request.failed');
    const { reason, limit } = (event ?? {}) as { reason?: string; limit?: string };
    expect(reason).toBe(body.code);
    return { limit, told: `${text} ${JSON.stringify(sent)}` };
  };
  const sendAfter = async (seconds: number, phoneNumber: string) => {
    served.t.clock.advance({ seconds });
    expect((await served.sendOtp(phoneNumber, elsewhere())).status).toBe(200);
  };

  it('R23, R24, R25, R62 an event says which limit of the number refused a message, and the answer does not', async () => {
    const phoneNumber = freshNumber();
    await sendAfter(0, phoneNumber);
    expect((await refusalOf(phoneNumber)).limit).toBe('number-delay');
    await sendAfter(30, phoneNumber);
    await sendAfter(30, phoneNumber);
    const row = await refusalOf(phoneNumber);
    expect(row.limit).toBe('number-row');
    expect(row.told).not.toMatch(/number-|row/);
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
    await sendAfter(30, phoneNumber);
    expect((await refusalOf(phoneNumber)).limit).toBe('number-hour');
    await sendAfter(3_600, phoneNumber);
    expect((await refusalOf(phoneNumber)).limit).toBe('number-day');
  });

  it('R26, R62 so it says of an address and of a user', async () => {
    const address = { 'x-forwarded-for': '203.0.113.9' };
    for (let n = 0; n < 5; n += 1) expect((await served.sendOtp(freshNumber(), address)).status).toBe(200);
    expect((await refusalOf(freshNumber(), address)).limit).toBe('address-messages');

    const { bearer: user } = await served.signIn();
    expect((await served.sendOtp(freshNumber(), { ...user, ...elsewhere() })).status).toBe(200);
    const refused = await refusalOf(freshNumber(), { ...user, ...elsewhere() });
    expect(refused.limit).toBe('user');
    expect(refused.told).not.toContain('"user"');
  });

  it('R16, R62 so it says of wrong codes', async () => {
    const phoneNumber = freshNumber();
    await sendAfter(0, phoneNumber);
    await served.verify(phoneNumber, '000000');
    await sendAfter(30, phoneNumber);
    await served.verify(phoneNumber, '000001');
    served.t.clock.advance({ seconds: 31 });
    expect((await refusalOf(phoneNumber)).limit).toBe('number-guesses');
  });

  it('R22, R62 a message to a country that is closed is told with the country', async () => {
    await served.t.settled();
    for (const [path, purpose] of [
      ['/phone-number/send-otp', 'sign-in'],
      ['/phone-number/request-password-reset', 'reset-password'],
    ] as const) {
      events.length = 0;
      const headers = elsewhere();
      const { status } = await served.http.post(path, { phoneNumber: '+33612345678' }, headers);
      await served.t.settled();
      expect([status, events]).toMatchObject([
        400,
        [
          {
            type: 'code-request.failed',
            purpose,
            reason: 'INVALID_PHONE_NUMBER',
            phoneNumber: '+3********78',
            country: 'FR',
            ipAddress: headers['x-forwarded-for'],
          },
        ],
      ]);
    }
  });

  it('R32 messages are counted by hour and country, and shown to whoever has a key', async () => {
    const before = Number(new Date(Math.floor(served.t.clock.now() / 3_600_000) * 3_600_000));
    await served.signIn();
    await served.sendOtp('+4915123456789', elsewhere());
    served.t.clock.advance({ seconds: 3_600 });
    await served.sendOtp(freshNumber(), elsewhere());
    await served.t.settled();
    const hour = (offset: number) => new Date(before + offset * 3_600_000).toISOString();
    expect((await served.http.get('/host/messages', bearer(KEY))).body).toEqual([
      { hour: hour(0), country: 'DE', sent: 1, verified: 0, failed: 0 },
      { hour: hour(0), country: 'US', sent: 1, verified: 1, failed: 0 },
      { hour: hour(1), country: 'US', sent: 1, verified: 0, failed: 0 },
    ]);
  });

  it('S5.13 a route of the host is open to whoever has a key, and to nobody else', async () => {
    for (const headers of [{}, bearer('another')]) {
      const { status, body } = await served.http.get('/host/messages', headers);
      expect([status, body.code]).toEqual([401, 'UNAUTHORIZED']);
    }
    const { bearer: session } = await served.signIn();
    expect((await served.http.get('/host/messages', session)).status).toBe(401);
  });
});

it('S5.13 without operators a route of the host is not there', async () => {
  const [platform] = everyAdapterAndDatabase;
  const served = await ServedApp.on(platform!, {
    options: { isGlobal: true },
    metadata: { controllers: [HostOperations] },
  });
  expect((await served.http.get('/host/messages', bearer(KEY))).status).toBe(404);
  expect(served.t.app.get(PhoneAuthModule, { strict: false })).toBeDefined();
  await served.close();
});
