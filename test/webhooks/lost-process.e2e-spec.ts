import { FakeSmsProvider } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { buildChild, type ChildApp, startChild } from '../support/child/start-child.js';
import { databaseNames, makeDatabase, type TestDatabase } from '../support/platforms.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const secret = 'the secret that both processes have';

/** Longer than an attempt is left alone whose process may be gone. */
const AFTER_ANY_ATTEMPT = 60_000;

describe('a process that is killed right after somebody has proven a number', () => {
  let databases: TestDatabase[];
  let provider: FakeSmsProvider;
  let receiver: WebhookReceiver;
  let built: Awaited<ReturnType<typeof buildChild>>;
  let child: ChildApp | undefined;
  const proven = databaseNames.map(() => freshNumber());

  const start = async (ahead: number, synchronize: boolean): Promise<ChildApp> => {
    child = await startChild(built.main, {
      databases: databases.map(({ options }) => ({ ...options, synchronize })),
      secret,
      provider: provider.url,
      options: {
        delivery: 'await',
        webhooks: { url: receiver.url(), allowInsecure: true, events: ['phone_number.verified'] },
      },
      ahead,
    });
    return child;
  };
  const post = async (url: string | undefined, route: string, body: object) => {
    const answer = await fetch(`${url}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };
  const codeOf = (phoneNumber: string) =>
    provider.requests.find(({ fields }) => fields['phoneNumber'] === phoneNumber)?.fields['code'];

  /** On every database somebody proves his number; then the process ends, before the receiver has taken anything. */
  beforeAll(async () => {
    [databases, provider, receiver, built] = await Promise.all([
      Promise.all(databaseNames.map(makeDatabase)),
      FakeSmsProvider.start({ accepts: () => ({ status: 202 }), refuses: () => ({ status: 400 }) }),
      WebhookReceiver.start(),
      buildChild(),
    ]);
    receiver.behave(() => undefined);
    const victim = await start(0, true);
    const { urls } = victim;
    for (const [i, phoneNumber] of proven.entries()) await post(urls[i], 'send-otp', { phoneNumber });
    await Promise.all(
      proven.map((phoneNumber, i) => post(urls[i], 'verify', { phoneNumber, code: codeOf(phoneNumber) })),
    );
    await victim.end('SIGKILL');
    receiver.behave(200);
    await start(AFTER_ANY_ATTEMPT, false);
  }, 120_000);
  afterAll(async () => {
    await child?.end('SIGKILL');
    await Promise.all([provider.close(), receiver.close(), built.remove()]);
    for (const database of databases) await database.drop();
  });

  it.each(databaseNames)(
    'S5.24, R61 has its event delivered once the process is back, under one id, on %s',
    async (name) => {
      const phoneNumber = proven[databaseNames.indexOf(name)];
      const deliveries = () =>
        receiver.deliveries.filter(({ event }) => event.user.phone_number === phoneNumber);
      await expect
        .poll(() => deliveries().map(({ headers }) => headers['x-neon-delivery-attempt']))
        .toContain('2');
      expect(new Set(deliveries().map(({ event }) => event.event_id)).size).toBe(1);
      expect(new Set(deliveries().map(({ rawBody }) => rawBody)).size).toBe(1);
    },
  );
});
