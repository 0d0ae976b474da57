import { type PhoneAuthEvent, PhoneAuthService } from 'nestjs-phone-auth';
import type { TestClock } from 'nestjs-phone-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { PhoneAuthPhoneState } from '../../src/codes/phone-state.entity.js';
import { PhoneAuthEarlyReceipt } from '../../src/sms/early-receipt.entity.js';
import { PhoneAuthMessage } from '../../src/sms/message.entity.js';
import { MessageStore } from '../../src/sms/message-store.js';
import { freshNumber } from '../support/api.js';
import { gate } from '../support/gate.js';
import { platforms } from '../support/platforms.js';
import { localProviders, throughChain } from '../support/receipt-chain.js';
import { parallel, ServedApp, wrongCodes } from '../support/served-app.js';
import { startTwoOn } from '../support/two-instances.js';

const RESET = '/phone-number/request-password-reset';
type Status = 'sent' | 'delivered' | 'failed';

/** What provider and client say of a message over HTTP. */
const talk = (served: ServedApp) => ({
  receipt: async (reference: string, status: Status) => {
    const provider = reference.split('-')[0] ?? '';
    const answer = await served.http.post(
      `/delivery/${provider}`,
      { reference, status },
      { 'x-signed-by': provider },
    );
    await served.t.settled();
    return answer.status;
  },
  statusOf: async (challenge: string) =>
    (
      (await served.http.get('/phone-number/delivery', { 'x-challenge': challenge })).body as {
        status?: string;
      }
    ).status,
  send: async (phoneNumber: string, path = '/phone-number/send-otp') => {
    const { body } = await served.http.post(path, { phoneNumber });
    await served.t.settled();
    return body.challenge ?? '';
  },
});

describe.each(platforms)('a message that did not arrive, on $name', (platform) => {
  const events: PhoneAuthEvent[] = [];
  const { first, second, third } = localProviders('first', 'second', 'third');
  let served: ServedApp;
  let is: ReturnType<typeof talk>;
  beforeAll(async () => {
    served = await ServedApp.on(
      platform,
      throughChain(
        { first, second, third },
        {
          options: { onEvent: (event) => events.push(event), sameCodeOnResend: false },
          routes: { FR: ['second'] },
        },
      ),
    );
    is = talk(served);
  });
  afterAll(() => served.close());
  beforeEach(() => {
    for (const provider of [first, second, third]) provider.reset();
    events.length = 0;
  });

  const referenceOf = (provider: typeof first, phoneNumber: string) =>
    provider.to(phoneNumber).at(-1)?.reference ?? '';
  const asked = (phoneNumber: string) =>
    [first, second, third].map((provider) => provider.to(phoneNumber).length);
  const messagesOf = (challenge: string) =>
    served.dataSource
      .getRepository(PhoneAuthMessage)
      .find({ where: { id: challenge.split('.')[0] ?? '' }, order: { attempt: 'ASC' } });
  /** A message that the first provider has. */
  const sent = async (phoneNumber = freshNumber()) => {
    const challenge = await is.send(phoneNumber);
    events.length = 0;
    return { phoneNumber, challenge, reference: referenceOf(first, phoneNumber) };
  };

  it('S4.50, A34 goes to the next provider with the same code, and is told as sent until that one has spoken', async () => {
    const { phoneNumber, challenge, reference } = await sent();
    const held = gate();
    second.meanwhile = () => held.pass();
    const { status } = await served.http.post(
      '/delivery/first',
      { reference, status: 'failed' },
      { 'x-signed-by': 'first' },
    );
    expect(status).toBe(204);
    await held.reached;
    expect(await is.statusOf(challenge)).toBe('sent');
    held.open();
    await served.t.settled();

    expect(await is.statusOf(challenge)).toBe('sent');
    expect(asked(phoneNumber)).toEqual([1, 1, 0]);
    const [before, after] = [first, second].map((provider) => provider.to(phoneNumber)[0]);
    expect(after).toMatchObject({
      code: before?.code,
      text: before?.text,
      expiresIn: 300,
      idempotencyKey: before?.idempotencyKey,
      tried: ['first'],
    });
    expect(events).toMatchObject([
      { type: 'message.undelivered', provider: 'first', reference },
      { type: 'code.sent', provider: 'second', purpose: 'sign-in', country: 'US' },
    ]);
    expect(await is.receipt(referenceOf(second, phoneNumber), 'delivered')).toBe(204);
    expect(await is.statusOf(challenge)).toBe('delivered');
    expect((await served.verify(phoneNumber, after?.code ?? '')).status).toBe(200);
  });

  it('of 30 receipts that say so at once, one has it sent again', async () => {
    const { phoneNumber, challenge, reference } = await sent();
    const answers = await parallel(30, () => is.receipt(reference, 'failed'));
    expect(new Set(answers)).toEqual(new Set([204]));
    expect(asked(phoneNumber)).toEqual([1, 1, 0]);
    expect(events.map(({ type }) => type)).toEqual(['message.undelivered', 'code.sent']);
    expect((await messagesOf(challenge)).map(({ status }) => status)).toEqual(['passed-on', 'sent']);
  });

  it('asks nobody twice: neither who refused it before, nor who could not deliver it', async () => {
    first.refuses = true;
    const phoneNumber = freshNumber();
    const challenge = await is.send(phoneNumber);
    first.refuses = false;
    await is.receipt(referenceOf(second, phoneNumber), 'failed');
    expect(asked(phoneNumber)).toEqual([0, 1, 1]);
    expect(third.to(phoneNumber)[0]?.tried).toEqual(['first', 'second']);

    await is.receipt(referenceOf(third, phoneNumber), 'failed');
    expect(asked(phoneNumber)).toEqual([0, 1, 1]);
    expect(await is.statusOf(challenge)).toBe('failed');
  });

  it('8.11 is failed where the others refuse it', async () => {
    const { challenge, reference, phoneNumber } = await sent();
    second.refuses = third.refuses = true;
    await is.receipt(reference, 'failed');
    expect(await is.statusOf(challenge)).toBe('failed');
    expect(events.map(({ type }) => type)).toEqual(['message.undelivered', 'code.failed']);
    expect((await served.verify(phoneNumber, first.to(phoneNumber)[0]?.code ?? '')).status).toBe(200);
  });

  it.each<[string, (phoneNumber: string) => Promise<unknown>]>([
    ['was used', (phoneNumber) => served.verify(phoneNumber, first.to(phoneNumber)[0]?.code ?? '')],
    ['was replaced', (phoneNumber) => is.send(phoneNumber)],
    ['is about to end', async () => served.t.clock.advance({ seconds: 241 })],
    [
      'has no guesses left',
      async (phoneNumber) => {
        const { code = '' } = first.to(phoneNumber)[0] ?? {};
        for (const guess of wrongCodes(code, 3)) await served.verify(phoneNumber, guess);
      },
    ],
  ])('S4.25, I2 is sent no more where its code %s', async (_, end) => {
    const { phoneNumber, challenge, reference } = await sent();
    await end(phoneNumber);
    await is.receipt(reference, 'failed');
    expect(asked(phoneNumber).slice(1)).toEqual([0, 0]);
    expect(await is.statusOf(challenge)).toBe('failed');
  });

  it('delivered is the last word: also of who was given up, and nothing is sent after it', async () => {
    const { phoneNumber, challenge, reference } = await sent();
    await is.receipt(reference, 'failed');
    await is.receipt(reference, 'delivered');
    expect(await is.statusOf(challenge)).toBe('delivered');
    await is.receipt(referenceOf(second, phoneNumber), 'failed');
    expect(asked(phoneNumber)).toEqual([1, 1, 0]);
    expect(await is.statusOf(challenge)).toBe('delivered');
  });

  it('is failed where the process ended before the next provider answered', async () => {
    const { challenge, reference } = await sent();
    const adding = vi
      .spyOn(served.t.app.get(MessageStore, { strict: false }), 'add')
      .mockResolvedValueOnce(undefined);
    await is.receipt(reference, 'failed');
    adding.mockRestore();
    served.t.clock.advance({ seconds: 15 });
    expect(await is.statusOf(challenge)).toBe('sent');
    served.t.clock.advance({ seconds: 1 });
    expect(await is.statusOf(challenge)).toBe('failed');
  });

  it('R25, R32 counts once for the number, and for each provider that took it', async () => {
    const service = served.t.app.get(PhoneAuthService);
    const counts = async () => {
      const providers = (await service.conversions()).find(({ country }) => country === 'US')?.providers;
      return ['first', 'second'].flatMap((name) => [
        providers?.[name]?.sent ?? 0,
        providers?.[name]?.verified ?? 0,
      ]);
    };
    const before = await counts();
    const { phoneNumber, reference } = await sent();
    await is.receipt(reference, 'failed');
    const since = async () => (await counts()).map((count, i) => count - (before[i] ?? 0));
    expect(await since()).toEqual([1, 0, 1, 0]);
    const state = await served.rows(PhoneAuthPhoneState, { phoneNumber });
    expect(state).toMatchObject([{ hourSends: 1, daySends: 1, sendsInARow: 1 }]);
    await served.verify(phoneNumber, first.to(phoneNumber)[0]?.code ?? '');
    await served.t.settled();
    expect(await since()).toEqual([1, 0, 1, 1]);
  });

  it('R40 tells nothing of an account, and still goes to the next', async () => {
    const { phoneNumber, reference } = await sent();
    await served.verify(phoneNumber, first.to(phoneNumber)[0]?.code ?? '');
    const challenges = [await is.send(phoneNumber, RESET), await is.send(freshNumber(), RESET)];
    expect(referenceOf(first, phoneNumber)).not.toBe(reference);
    await is.receipt(referenceOf(first, phoneNumber), 'failed');
    expect(asked(phoneNumber)).toEqual([2, 1, 0]);
    const told = await Promise.all(challenges.map((challenge) => is.statusOf(challenge)));
    expect(told).toEqual(['sent', 'sent']);
  });

  it('I4, R62 what is kept for it shows neither number nor code, and is gone at the end', async () => {
    const { phoneNumber, challenge, reference } = await sent();
    const code = first.to(phoneNumber)[0]?.code ?? '';
    const [row] = await messagesOf(challenge);
    const hidden = row?.sealedTo ?? '';
    expect(hidden.length).toBeGreaterThan(50);
    for (const seen of [JSON.stringify(row), Buffer.from(hidden, 'base64url').toString('latin1')])
      expect(seen).not.toContain(phoneNumber.slice(1));
    expect(Object.values(row ?? {})).not.toContain(code);

    await is.receipt(reference, 'delivered');
    expect((await messagesOf(challenge))[0]?.sealedTo).toBeNull();
    await served.verify(phoneNumber, code);
    expect(await served.rows(PhoneAuthCode, { phoneNumber })).toEqual([]);
  });

  it('a country with one provider keeps no code that can be read again', async () => {
    const phoneNumber = '+33612345678';
    const challenge = await is.send(phoneNumber);
    expect(await served.rows(PhoneAuthCode, { phoneNumber })).toMatchObject([{ sealed: null }]);
    await is.receipt(referenceOf(second, phoneNumber), 'failed');
    expect(asked(phoneNumber)).toEqual([0, 1, 0]);
    expect(await is.statusOf(challenge)).toBe('failed');
  });
});

describe.each(platforms)('receipts that come early or elsewhere, on $name', (platform) => {
  const told: string[] = [];
  const providers = localProviders('first', 'second');
  const { first, second } = providers;
  let instances: readonly [ServedApp, ServedApp];
  let clock: TestClock;
  let another: () => Promise<ServedApp>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const { options, override } = throughChain(providers, {
      options: {
        sameCodeOnResend: true,
        resendDelays: false,
        limits: { sends: false, pumping: false },
        onEvent: (event) => {
          if (event.type === 'message.delivered' || event.type === 'message.undelivered')
            told.push(`${event.type} ${event.reference}`);
        },
      },
    });
    ({ instances, another, clock, close } = await startTwoOn(platform, { options, override }));
  });
  afterAll(() => close());
  beforeEach(() => {
    first.reset();
    second.reset();
  });

  const settled = () => Promise.all(instances.map((instance) => instance.t.settled()));

  it('a receipt that is faster than the answer of its provider is not lost, in whatever process it arrives', async () => {
    const [here, there] = instances;
    for (const [early, expected] of [
      [['delivered'], 'delivered'],
      [['failed', 'delivered'], 'delivered'],
      [['delivered', 'failed'], 'delivered'],
    ] as const) {
      const phoneNumber = freshNumber();
      first.meanwhile = async (reference) => {
        for (const status of early) await talk(there).receipt(reference, status);
      };
      const challenge = await talk(here).send(phoneNumber);
      await settled();
      expect(await talk(there).statusOf(challenge)).toBe(expected);
      const { reference = '' } = first.to(phoneNumber)[0] ?? {};
      expect(told.filter((each) => each.endsWith(` ${reference}`))).toEqual([
        `message.delivered ${reference}`,
      ]);
      expect(second.to(phoneNumber)).toEqual([]);
    }
  });

  it('one that says that it did not arrive has it sent to the next, once', async () => {
    const [here, there] = instances;
    const phoneNumber = freshNumber();
    first.meanwhile = (reference) => parallel(5, () => talk(there).receipt(reference, 'failed'));
    const challenge = await talk(here).send(phoneNumber);
    await settled();
    expect([await talk(here).statusOf(challenge), second.to(phoneNumber).length]).toEqual(['sent', 1]);
    expect(second.to(phoneNumber)[0]?.code).toBe(first.to(phoneNumber)[0]?.code);
  });

  it('30 that come just when their messages become known are all told, each once', async () => {
    const [here, there] = instances;
    const late: Promise<unknown>[] = [];
    first.meanwhile = (reference) => {
      late.push(talk(there).receipt(reference, 'delivered'));
      return undefined;
    };
    const challenges = await parallel(30, () => talk(here).send(freshNumber()));
    await Promise.all(late);
    await settled();
    const states = await Promise.all(challenges.map((challenge) => talk(here).statusOf(challenge)));
    expect(new Set(states)).toEqual(new Set(['delivered']));
    const references = first.messages.slice(-30).map(({ reference }) => `message.delivered ${reference}`);
    expect(told.filter((each) => references.includes(each)).sort()).toEqual(references.sort());
  });

  it('S4.50 another process, or the same one after its restart, passes a message on', async () => {
    const phoneNumber = freshNumber();
    const challenge = await talk(instances[0]).send(phoneNumber);
    const there = await another();
    const { reference = '' } = first.to(phoneNumber)[0] ?? {};
    await Promise.all([...instances, there].map((instance) => talk(instance).receipt(reference, 'failed')));
    await Promise.all([settled(), there.t.settled()]);
    expect(second.to(phoneNumber)).toMatchObject([{ code: first.to(phoneNumber)[0]?.code }]);
    expect(await talk(there).statusOf(challenge)).toBe('sent');
  });

  it('a message whose code a later one carries is not passed on', async () => {
    const [here] = instances;
    const phoneNumber = freshNumber();
    const challenges = [await talk(here).send(phoneNumber), await talk(here).send(phoneNumber)];
    const [earlier, later] = first.to(phoneNumber);
    expect(later?.code).toBe(earlier?.code);
    await talk(here).receipt(earlier?.reference ?? '', 'failed');
    expect(second.to(phoneNumber)).toEqual([]);
    await talk(here).receipt(later?.reference ?? '', 'failed');
    expect(second.to(phoneNumber)).toHaveLength(1);
    const states = await Promise.all(challenges.map((challenge) => talk(here).statusOf(challenge)));
    expect(states).toEqual(['failed', 'sent']);
  });

  it('what belongs to no message is removed after ten minutes', async () => {
    const [here] = instances;
    const service = here.t.app.get(PhoneAuthService);
    const reference = 'first-of-somebody-else';
    expect(await talk(here).receipt(reference, 'delivered')).toBe(204);
    await service.cleanup();
    expect(await here.rows(PhoneAuthEarlyReceipt, { reference })).toMatchObject([{ status: 'delivered' }]);
    clock.advance({ minutes: 10 });
    expect((await service.cleanup())['earlyReceipt']).toBeGreaterThan(0);
    expect(await here.rows(PhoneAuthEarlyReceipt)).toEqual([]);
  });
});
