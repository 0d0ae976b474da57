import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PhoneAuthEvent } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LiveSettings } from '../../src/options/live-settings.js';
import { HostResolver } from '../../src/webhooks/host-resolver.js';
import type { SendOtpEvent } from '../../src/webhooks/webhook-event.js';
import { api, freshNumber } from '../support/api.js';
import { CapturingLogger } from '../support/capturing-logger.js';
import { gate } from '../support/gate.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { startWithWebhooks, toReceiver } from '../support/webhook-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
beforeEach(() => receiver.reset());
afterAll(() => receiver.close());

const FAILED = { statusCode: 502, code: 'SEND_OTP_FAILED' };

describe.each(everyAdapterAndDatabase)('send.otp on $name', (platform) => {
  let t: TestApp;
  let client: ReturnType<typeof api>;
  const happened: PhoneAuthEvent[] = [];
  beforeAll(async () => {
    t = await startWithWebhooks(platform, {
      options: {
        ...toReceiver(receiver.url(), { endpointId: 'ep-1', projectName: 'Acme', timeoutSeconds: 1 }),
        signUpOnVerification: { getTempName: () => 'Ada', getTempEmail: (number) => `${number}@example.com` },
        onEvent: (event) => happened.push(event),
      },
    });
    client = api(t);
  });
  afterAll(() => t.close());

  /** Asks for a code, which the receiver takes, and returns it. */
  const codeFor = async (phoneNumber: string) => {
    await client.sendOtp(phoneNumber).expect(200);
    return receiver.events('send.otp').at(-1)!.event_data.otp_code;
  };
  const signIn = async (phoneNumber = freshNumber()) => {
    const answer = await client.verify(phoneNumber, await codeFor(phoneNumber)).expect(200);
    return { phoneNumber, user: (answer.body as { user: { id: string; createdAt: string } }).user };
  };

  it('S5.18 is exactly one, and the answer waits for it', async () => {
    const held = gate();
    receiver.behave(async (_, response) => {
      await held.pass();
      response.writeHead(204).end();
    });
    const phoneNumber = freshNumber();
    let answered = false;
    const asking = client.sendOtp(phoneNumber).then((answer) => {
      answered = true;
      return answer;
    });
    await held.reached;
    expect(answered).toBe(false);
    held.open();
    expect((await asking).status).toBe(200);
    await t.settled();
    expect(receiver.deliveries).toHaveLength(1);
    expect(receiver.events('send.otp')[0]?.event_data.delivery_preference).toBe('sms');
  });

  it('S5.21, S5.22, S5.23 says what it is, and of a number that nobody has nothing but the number', async () => {
    const phoneNumber = freshNumber();
    await client.post('/phone-number/send-otp', { phoneNumber }, { 'user-agent': 'Test/1' }).expect(200);
    expect(receiver.events('send.otp')).toEqual([
      {
        event_id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
        event_type: 'send.otp',
        timestamp: new Date(t.clock.now()).toISOString(),
        context: { endpoint_id: 'ep-1', project_name: 'Acme' },
        user: { phone_number: phoneNumber },
        event_data: {
          otp_code: expect.stringMatching(/^\d{6}$/),
          otp_type: 'sign-in',
          delivery_preference: 'sms',
          expires_at: new Date(t.clock.now() + 300_000).toISOString(),
          ip_address: expect.stringMatching(/127\.0\.0\.1$/),
          user_agent: 'Test/1',
        },
      },
    ]);
  });

  it('S5.23 says who has the number, where somebody has it', async () => {
    const { phoneNumber, user } = await signIn();
    receiver.reset();
    await codeFor(phoneNumber);
    expect(receiver.events('send.otp')[0]?.user).toEqual({
      id: user.id,
      name: 'Ada',
      email: `${phoneNumber}@example.com`,
      email_verified: false,
      phone_number: phoneNumber,
      phone_number_verified: true,
      created_at: user.createdAt,
    });
  });

  it('S5.22 is of the type forget-password for a reset, which nobody waits for', async () => {
    const { phoneNumber } = await signIn();
    receiver.reset();
    await client.post('/phone-number/request-password-reset', { phoneNumber }).expect(200);
    await t.settled();
    const [event] = receiver.events('send.otp');
    expect(event?.event_data).toMatchObject({ otp_type: 'forget-password' });
    await client.resetPassword(phoneNumber, event!.event_data.otp_code, 'correct horse').expect(200);
  });

  it('S5.25 has six headers', async () => {
    await codeFor(freshNumber());
    const { headers, event } = receiver.deliveries[0]!;
    const ours = Object.entries(headers).filter(([name]) => name.startsWith('x-neon-'));
    expect(Object.fromEntries(ours)).toEqual({
      'x-neon-signature': expect.stringMatching(/^[\w-]+\.\.[\w-]{86}$/),
      'x-neon-signature-kid': expect.stringMatching(/^[\w-]{43}$/),
      'x-neon-timestamp': String(t.clock.now()),
      'x-neon-event-type': 'send.otp',
      'x-neon-event-id': event.event_id,
      'x-neon-delivery-attempt': '1',
    });
    expect(headers['content-type']).toBe('application/json');
  });

  it.each([500, 503, 429, 408])(
    'S5.29, S5.30, S5.33 %d: three attempts with one id and one code, then an error and no code',
    async (status) => {
      receiver.behave(status);
      const phoneNumber = freshNumber();
      const answer = await client.sendOtp(phoneNumber);
      expect(answer.status).toBe(502);
      expect(answer.body).toMatchObject(FAILED);
      const { deliveries } = receiver;
      expect(deliveries.map(({ headers }) => headers['x-neon-delivery-attempt'])).toEqual(['1', '2', '3']);
      expect(new Set(deliveries.map(({ rawBody }) => rawBody)).size).toBe(1);
      expect(new Set(deliveries.map(({ headers }) => headers['x-neon-event-id'])).size).toBe(1);
      await client.verify(phoneNumber, receiver.events('send.otp')[0]!.event_data.otp_code).expect(400);
    },
  );

  it('S5.29, S5.32 the second attempt may succeed, and any 2xx is success', async () => {
    receiver.behave(({ headers }, response) => {
      response.writeHead(headers['x-neon-delivery-attempt'] === '1' ? 500 : 299).end('<<no json');
    });
    const phoneNumber = freshNumber();
    await client.verify(phoneNumber, await codeFor(phoneNumber)).expect(200);
    expect(receiver.events('send.otp')).toHaveLength(2);
  });

  it.each([400, 401, 404, 410, 302])('S5.29, S5.35 %d ends it at once', async (status) => {
    receiver.behave((_, response) => response.writeHead(status, { location: receiver.url() }).end());
    expect((await client.sendOtp(freshNumber())).body).toMatchObject(FAILED);
    // somebody who signed in a moment ago may still be told of
    expect(receiver.events('send.otp')).toHaveLength(1);
  });

  it('S5.29, S5.33 a connection that breaks is tried again, and the code before it stays good', async () => {
    const phoneNumber = freshNumber();
    const earlier = await codeFor(phoneNumber);
    receiver.reset();
    receiver.behave((_, response) => response.destroy());
    await client.sendOtp(phoneNumber).expect(502);
    expect(receiver.events('send.otp')).toHaveLength(3);
    await t.settled();
    expect(happened.findLast(({ type }) => type === 'code.failed')).toMatchObject({
      reason: 'the connection to the receiver failed (UND_ERR_SOCKET)',
    });
    await client.verify(phoneNumber, earlier).expect(200);
  });

  it('S5.19 nobody is subscribed: 501, and nothing is counted', async () => {
    const live = t.app.get(LiveSettings, { strict: false });
    const before = live.webhooks;
    for (const off of [
      { events: ['phone_number.verified'] },
      { enabled: false },
      { url: undefined },
    ] as const) {
      live.webhooks = { ...before, ...off };
      const answer = await client.sendOtp(freshNumber());
      expect([answer.status, answer.body.code]).toEqual([501, 'SEND_OTP_NOT_IMPLEMENTED']);
    }
    live.webhooks = before;
    expect(receiver.events('send.otp')).toHaveLength(0);
  });
});

describe('codes without a subscription', () => {
  let t: TestApp | undefined;
  afterEach(() => t?.close());

  it('S5.36 go to sendOTP, where there is one', async () => {
    const sent: string[] = [];
    t = await startWithWebhooks(everyAdapterAndDatabase[0]!, {
      options: {
        ...toReceiver(receiver.url(), { events: ['phone_number.verified'] }),
        sendOTP: ({ code }) => sent.push(code),
      },
    });
    const phoneNumber = freshNumber();
    await api(t).sendOtp(phoneNumber).expect(200);
    expect(receiver.deliveries).toHaveLength(0);
    await api(t).verify(phoneNumber, sent[0]!).expect(200);
  });
});

describe('a receiver that hangs', () => {
  let t: TestApp | undefined;
  afterEach(() => t?.close());

  it('S5.31 is given timeoutSeconds, three times over, and others are served meanwhile', async () => {
    t = await startWithWebhooks(everyAdapterAndDatabase[0]!, {
      options: toReceiver(receiver.url(), { timeoutSeconds: 1 }),
    });
    const client = api(t);
    const slow = freshNumber();
    receiver.behave(({ event }, response) => {
      if (event.user.phone_number !== slow) response.writeHead(200).end();
    });
    const asking = client.sendOtp(slow).then((answer) => answer);
    await expect.poll(() => receiver.deliveries.length).toBe(1);
    await client.sendOtp(freshNumber()).expect(200);
    expect((await asking).body).toMatchObject(FAILED);
    expect(receiver.events('send.otp').filter(({ user }) => user.phone_number === slow)).toHaveLength(3);
  });
});

describe('a receiver whose name leads elsewhere', () => {
  const names = { addresses: ['8.8.8.8'] };
  const resolver: HostResolver = {
    resolve: () => Promise.resolve(names.addresses.map((address) => ({ address, family: 4 }))),
  };
  const start = () =>
    startWithWebhooks(everyAdapterAndDatabase[0]!, {
      options: {
        ...toReceiver('https://receiver.example/hooks'),
        webhooks: { url: 'https://receiver.example' },
      },
      override: (builder) => builder.overrideProvider(HostResolver).useValue(resolver),
    });

  it('S5.35, R61 stops the start, and later every delivery', async () => {
    names.addresses = ['127.0.0.1'];
    await expect(start()).rejects.toThrow('webhooks.url is no place for events');

    names.addresses = ['8.8.8.8'];
    const t = await start();
    const logger = new CapturingLogger();
    t.app.useLogger(logger);
    names.addresses = ['169.254.169.254'];
    const answer = await api(t).sendOtp(freshNumber());
    expect(answer.body).toMatchObject(FAILED);
    expect(JSON.stringify(answer.body)).not.toContain('receiver');
    expect(logger.lines.join()).toContain('the address of the receiver is not public');
    await t.close();
  });
});

describe("Neon's handler", () => {
  /** Reads what the document's handler reads, and sends through `sms`. */
  const makeHandler =
    (sms: { create(message: { to: string; body: string }): Promise<void> }) =>
    async (request: Request): Promise<Response> => {
      const payload = (await request.json()) as SendOtpEvent;
      if (payload.event_type === 'send.otp' && payload.event_data.delivery_preference === 'sms') {
        const to = payload.user?.phone_number;
        if (!to) return Response.json({ error: 'missing phone number' }, { status: 400 });
        await sms.create({ to, body: `Your code is ${payload.event_data.otp_code}.` });
      }
      return Response.json({ ok: true });
    };

  it('S5.20 receives a code that signs in', async () => {
    const messages: { to: string; body: string }[] = [];
    const handler = makeHandler({ create: async (message) => void messages.push(message) });
    const server = createServer((request, response) => {
      void (async () => {
        const answer = await handler(
          new Request(`http://127.0.0.1${request.url}`, { method: 'POST', body: await text(request) }),
        );
        response.writeHead(answer.status).end(await answer.text());
      })();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const t = await startWithWebhooks(everyAdapterAndDatabase[0]!, {
      options: toReceiver(`http://127.0.0.1:${port}/api/webhooks/neon-auth`),
    });

    const phoneNumber = freshNumber();
    await api(t).sendOtp(phoneNumber).expect(200);
    expect(messages).toEqual([{ to: phoneNumber, body: expect.stringMatching(/^Your code is \d{6}\.$/) }]);
    await api(t).verify(phoneNumber, messages[0]!.body.slice(13, 19)).expect(200);
    await t.close();
    await new Promise((closed) => server.close(closed));
  });
});
