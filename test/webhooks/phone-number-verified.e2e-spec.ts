import { type PhoneAuthEvent, PhoneAuthService } from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveSettings } from '../../src/options/live-settings.js';
import { Database } from '../../src/persistence/database.js';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { SessionStore } from '../../src/sessions/session-store.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { OutboxWorker } from '../../src/webhooks/outbox-worker.js';
import { PhoneAuthWebhookDelivery } from '../../src/webhooks/webhook-delivery.entity.js';
import { WebhookDeliveryStore } from '../../src/webhooks/webhook-delivery-store.js';
import { api, freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';
import { startTwoOn } from '../support/two-instances.js';
import { toReceiver } from '../support/webhook-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
beforeEach(() => receiver.reset());
afterEach(() => vi.restoreAllMocks());
afterAll(() => receiver.close());

const VERIFIED = { events: ['phone_number.verified'] } as const;
const verified = () => receiver.events('phone_number.verified');

describe.each(everyAdapterAndDatabase)('phone_number.verified on $name', (platform) => {
  let t: TestApp;
  let client: ReturnType<typeof api>;
  const happened: PhoneAuthEvent[] = [];
  const callback = vi.fn<() => void>();
  beforeAll(async () => {
    t = await startOn(platform, {
      options: {
        ...toReceiver(receiver.url(), { ...VERIFIED, timeoutSeconds: 1 }),
        onEvent: (event) => happened.push(event),
        callbackOnVerification: callback,
      },
    });
    client = api(t);
  });
  beforeEach(() => {
    happened.length = 0;
    callback.mockReset();
  });
  // what a test leaves behind would come in the middle of the next one
  afterEach(async () => {
    await t.settled();
    await t.app.get(DataSource).getRepository(PhoneAuthWebhookDelivery).clear();
  });
  afterAll(() => t.close());

  const part = <T>(token: abstract new (...given: never[]) => T) => t.app.get<T>(token, { strict: false });
  const rows = () => t.app.get(DataSource).getRepository(PhoneAuthWebhookDelivery).find();
  const count = (entity: typeof PhoneAuthUser | typeof PhoneAuthSession) =>
    t.app.get(DataSource).getRepository(entity).count();
  /** One look of the worker, and what came of it. */
  const work = async () => {
    await part(OutboxWorker).work();
    await t.settled();
  };
  const signIn = async (phoneNumber?: string) => {
    const session = await client.signIn(phoneNumber);
    await t.settled();
    return session;
  };

  it('S5.21, S5.24 comes after a sign-up and after every sign-in, and leaves nothing behind', async () => {
    const { phoneNumber, user } = await signIn();
    await signIn(phoneNumber);
    const now = new Date(t.clock.now()).toISOString();
    const event = {
      event_id: expect.stringMatching(/^[\da-f-]{36}$/),
      event_type: 'phone_number.verified',
      timestamp: now,
      context: { endpoint_id: 'default', project_name: 'nestjs-phone-auth' },
      user: {
        id: user.id,
        name: phoneNumber,
        phone_number: phoneNumber,
        phone_number_verified: true,
        created_at: now,
      },
      event_data: {
        phone_number: phoneNumber,
        verification_type: 'sign-in',
        is_new_user: true,
        verified_at: now,
      },
    };
    expect(verified()).toEqual([
      event,
      { ...event, event_data: { ...event.event_data, is_new_user: false } },
    ]);
    const ids = verified().map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(2);
    expect(receiver.deliveries.map(({ headers }) => headers['x-neon-event-id'])).toEqual(ids);
    expect(await rows()).toEqual([]);
  });

  it('S5.24 comes after a number was linked, and without a session', async () => {
    const { bearer, user } = await signIn();
    const added = freshNumber();
    const code = await client.codeFor(added, bearer);
    await client.verify(added, code, { updatePhoneNumber: true }, bearer).expect(200);
    const other = freshNumber();
    await client.verify(other, await client.codeFor(other), { disableSession: true }).expect(200);
    await t.settled();
    expect(
      verified().map(({ event_data }) => [event_data.phone_number, event_data.verification_type]),
    ).toEqual([
      [expect.anything(), 'sign-in'],
      [added, 'link'],
      [other, 'sign-in'],
    ]);
    expect(verified()[1]?.user).toMatchObject({ id: user.id, phone_number: added });
  });

  it('S5.24 does not come after a wrong code, nor where linking fails', async () => {
    const { phoneNumber: taken } = await signIn();
    const { bearer } = await signIn();
    receiver.reset();
    const phoneNumber = freshNumber();
    await client.verify(phoneNumber, wrong(await client.codeFor(phoneNumber))).expect(400);
    const code = await client.codeFor(taken, bearer);
    await client.verify(taken, code, { updatePhoneNumber: true }, bearer).expect(400);
    await t.settled();
    expect(receiver.deliveries).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it('S5.24 does not come where callbackOnVerification fails: nobody was signed in', async () => {
    callback.mockImplementation(() => {
      throw new Error('the host is not ready');
    });
    const phoneNumber = freshNumber();
    await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(500);
    await t.settled();
    expect(receiver.deliveries).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it('S5.24 neither delays nor fails the request while the receiver hangs', async () => {
    receiver.behave(() => undefined);
    const phoneNumber = freshNumber();
    await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    // the answer is there, and the receiver has not even begun to give one
    expect(await rows()).toMatchObject([{ attempts: 1 }]);
    await t.settled();
    expect(await rows()).toMatchObject([{ attempts: 1 }]);
  });

  it('S5.24 is written with the success or not at all: neither is there alone', async () => {
    const before = [await count(PhoneAuthUser), await count(PhoneAuthSession)];
    const fail = () => Promise.reject(new Error('the disk is full'));
    const phoneNumber = freshNumber();
    vi.spyOn(part(WebhookDeliveryStore), 'add').mockImplementationOnce(fail);
    await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(500);
    expect([await count(PhoneAuthUser), await count(PhoneAuthSession)]).toEqual(before);

    vi.spyOn(part(SessionStore), 'insert').mockImplementationOnce(fail);
    await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(500);
    await t.settled();
    expect(await rows()).toEqual([]);
    expect(receiver.deliveries).toEqual([]);
  });

  it('I4, R61 is written so that the table alone tells no number', async () => {
    receiver.behave(500);
    const { phoneNumber } = await signIn();
    const [row] = await rows();
    const raw = Buffer.from(row!.payload, 'base64url').toString('latin1');
    expect(raw).not.toContain(phoneNumber.slice(1));
    expect(JSON.stringify(row)).not.toContain(phoneNumber.slice(1));
  });

  it('S5.30 comes again after a failure, later each time, under one id and with one body', async () => {
    receiver.behave(503);
    await signIn();
    const waited: number[] = [];
    for (const attempts of [1, 2, 3]) {
      const [row] = await rows();
      expect(row?.attempts).toBe(attempts);
      waited.push(row!.dueAt - t.clock.now());
      t.clock.advance({ milliseconds: row!.dueAt - t.clock.now() - 1 });
      await work();
      expect(receiver.deliveries).toHaveLength(attempts);
      t.clock.advance({ milliseconds: 1 });
      if (attempts === 3) receiver.behave(200);
      await work();
      expect(receiver.deliveries).toHaveLength(attempts + 1);
    }
    expect(waited.map((wait, i) => Math.abs(wait - [10_000, 30_000, 120_000][i]!) <= wait * 0.25)).toEqual([
      true,
      true,
      true,
    ]);
    expect(await rows()).toEqual([]);
    const { deliveries } = receiver;
    expect(new Set(deliveries.map(({ rawBody }) => rawBody)).size).toBe(1);
    expect(deliveries.map(({ headers }) => headers['x-neon-delivery-attempt'])).toEqual(['1', '2', '3', '4']);
    // each attempt is signed at its own time, or receivers would find it too old
    expect(new Set(deliveries.map(({ headers }) => headers['x-neon-timestamp'])).size).toBe(4);
  });

  it('R61 ends after ten attempts, and somebody is told', async () => {
    receiver.behave(404);
    await signIn();
    for (let rest = 9; rest > 0; rest -= 1) {
      t.clock.advance({ milliseconds: (await rows())[0]!.dueAt - t.clock.now() });
      await work();
    }
    expect(receiver.deliveries).toHaveLength(10);
    expect(await rows()).toEqual([]);
    await t.settled();
    expect(happened.filter(({ type }) => type === 'webhook.failed')).toEqual([
      {
        type: 'webhook.failed',
        at: t.clock.now(),
        eventId: verified()[0]?.event_id,
        eventType: 'phone_number.verified',
        attempts: 10,
        reason: 'the receiver answered 404',
      },
    ]);
  });

  it('R61 ends after a day, and at once where the receiver says 410', async () => {
    receiver.behave(500);
    await signIn();
    t.clock.advance({ days: 1 });
    await work();
    expect(await rows()).toEqual([]);
    receiver.behave(410);
    await signIn();
    expect(await rows()).toEqual([]);
    await t.settled();
    expect(happened.filter(({ type }) => type === 'webhook.failed')).toHaveLength(2);
  });

  it('waits while events are switched off, and is nobody to be told of who was erased', async () => {
    const live = part(LiveSettings);
    const before = live.webhooks;
    receiver.behave(500);
    await signIn();
    const { user } = await signIn();
    receiver.reset();
    live.webhooks = { ...before, enabled: false };
    t.clock.advance({ seconds: 60 });
    await work();
    live.webhooks = before;
    await part(PhoneAuthService).eraseUser(user.id);
    expect(receiver.deliveries).toEqual([]);
    t.clock.advance({ seconds: 60 });
    await work();
    expect(verified()).toHaveLength(1);
    expect(verified()[0]?.user.id).not.toBe(user.id);
  });

  it('S5.36 is nothing where nobody is subscribed: no row, no transaction for it', async () => {
    const { phoneNumber } = await signIn();
    receiver.reset();
    const live = part(LiveSettings);
    const before = live.webhooks;
    live.webhooks = { ...before, events: ['send.otp'] };
    const code = await client.codeFor(phoneNumber);
    const transaction = vi.spyOn(part(Database), 'transaction');
    const add = vi.spyOn(part(WebhookDeliveryStore), 'add');
    await client.verify(phoneNumber, code).expect(200);
    await t.settled();
    live.webhooks = before;
    expect(transaction).not.toHaveBeenCalled();
    expect(add).not.toHaveBeenCalled();
    expect(receiver.deliveries).toEqual([]);
  });
});

describe.each(everyAdapterAndDatabase)('phone_number.verified from two processes on $name', (platform) => {
  let two: Awaited<ReturnType<typeof startTwoOn>>;
  beforeAll(async () => {
    two = await startTwoOn(platform, {
      options: toReceiver(receiver.url(), { ...VERIFIED, maskNumbers: true }),
    });
  });
  afterAll(() => two.close());

  const workers = () => two.instances.map(({ t }) => t.app.get(OutboxWorker, { strict: false }));

  it('S5.24 is delivered by one of them, once, although both look; the writer may be gone', async () => {
    const [first, second] = two.instances;
    // the first writes events, and ends before it can deliver any
    vi.spyOn(workers()[0]!, 'deliverSoon').mockImplementation(() => undefined);
    const count = 30;
    for (let n = 0; n < count; n += 1) await first.signIn();
    await Promise.all(workers().map((worker) => worker.work()));
    expect(receiver.deliveries).toHaveLength(0);

    two.clock.advance({ seconds: 31 });
    await Promise.all([...workers(), ...workers()].map((worker) => worker.work()));
    await Promise.all([first.t.settled(), second.t.settled()]);
    expect(verified()).toHaveLength(count);
    expect(new Set(verified().map(({ event_id }) => event_id)).size).toBe(count);
    expect(await second.rows(PhoneAuthWebhookDelivery)).toEqual([]);
  });

  it('R61 hides the number where that is wanted', async () => {
    const { phoneNumber } = await two.instances[0].signIn();
    await two.instances[0].t.settled();
    const masked = `+1********${phoneNumber.slice(-2)}`;
    expect(verified()).toMatchObject([
      { user: { phone_number: masked }, event_data: { phone_number: masked } },
    ]);
  });
});

describe('phone_number.verified of node-auth', () => {
  it("S5.24 comes after a sign-in by the account's id", async () => {
    const t = await startOn(everyAdapterAndDatabase[0]!, {
      options: {
        ...toReceiver(receiver.url(), VERIFIED),
        dialects: ['node-auth'],
        session: { strategy: 'token-pair' },
      },
    });
    const client = api(t);
    const { phoneNumber, user } = await client.signIn();
    await t.settled();
    await client.post('/sms/send', { userId: user.id }).expect(200);
    await t.settled();
    await client.post('/sms/verify', { userId: user.id, code: t.inbox.lastCodeFor(phoneNumber) }).expect(200);
    await t.settled();
    expect(verified().map(({ user: { id }, event_data }) => [id, event_data.is_new_user])).toEqual([
      [user.id, true],
      [user.id, false],
    ]);
    expect(await t.app.get(DataSource).getRepository(PhoneAuthWebhookDelivery).count()).toBe(0);
    await t.close();
  });
});
