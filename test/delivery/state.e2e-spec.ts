import { type DeliveryState, PhoneAuthService } from 'nestjs-phone-auth';
import { describe, expect, it, vi } from 'vitest';
import { SignedToken } from '../../src/runtime/signed-token.js';
import { PhoneAuthMessage } from '../../src/sms/message.entity.js';
import { MessageStore } from '../../src/sms/message-store.js';
import { DataSource } from 'typeorm';
import { cookiesOf, freshNumber, setCookies } from '../support/api.js';
import { gate } from '../support/gate.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

const SEND = '/phone-number/send-otp';
const RESET = '/phone-number/request-password-reset';

describe.each(everyAdapterAndDatabase)('the state of a message on $name', (platform) => {
  const { t, client } = useApp(platform);

  const challengeOf = async (phoneNumber: string, route = SEND) => {
    const answer = await client.post(route, { phoneNumber }).expect(200);
    return (answer.body as { challenge: string }).challenge;
  };
  const stateOf = (challenge: string) => client.get('/phone-number/delivery', { 'x-challenge': challenge });
  const statusOf = async (challenge: string) =>
    ((await stateOf(challenge).expect(200)).body as DeliveryState).status;
  const failing = async <T>(work: () => Promise<T>) => {
    t.inbox.failWith(new Error('the provider is down'));
    const result = await work();
    await t.settled();
    t.inbox.failWith(undefined);
    return result;
  };

  it('S4.50 is queued until the sender answers, and sent from then on', async () => {
    const held = gate();
    const sending = vi.spyOn(t.inbox, 'send').mockImplementationOnce(() => held.pass());
    const challenge = await challengeOf(freshNumber());
    await held.reached;
    expect(await statusOf(challenge)).toBe('queued');
    sending.mockRestore();
    held.open();
    await t.settled();
    expect(await statusOf(challenge)).toBe('sent');
  });

  it('S4.50, 8.11 is failed where no sender took it', async () => {
    const challenge = await failing(() => challengeOf(freshNumber()));
    expect(await statusOf(challenge)).toBe('failed');
  });

  it('is failed where nothing was heard of it in its time and five seconds more', async () => {
    const adding = vi
      .spyOn(t.app.get(MessageStore, { strict: false }), 'add')
      .mockResolvedValueOnce(undefined);
    const challenge = await challengeOf(freshNumber());
    await t.settled();
    adding.mockRestore();
    t.clock.advance({ seconds: 15 });
    expect(await statusOf(challenge)).toBe('queued');
    t.clock.advance({ seconds: 1 });
    expect(await statusOf(challenge)).toBe('failed');
  });

  it('is told to nobody who has not asked for the code: 404 MESSAGE_NOT_FOUND', async () => {
    const challenge = await challengeOf(freshNumber());
    const [id = ''] = challenge.split('.');
    const forged = new SignedToken({ secret: 'x'.repeat(32), previousSecrets: [] }, 'challenge');
    for (const wrong of [
      '',
      id,
      `${challenge}x`,
      challenge.slice(0, -2),
      forged.sign([id, 'x', 'x', 'm'], []),
    ]) {
      const { status, body } = await stateOf(wrong);
      expect([status, body.code]).toEqual([404, 'MESSAGE_NOT_FOUND']);
    }
    expect((await client.get('/phone-number/delivery')).body.code).toBe('MESSAGE_NOT_FOUND');
    await expect(t.app.get(PhoneAuthService).deliveryOf('')).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    t.clock.advance({ days: 1, seconds: 1 });
    expect((await stateOf(challenge)).status).toBe(404);
  });

  it('R40 of a password reset is the same for a number with an account, one without, and a message that failed', async () => {
    const { phoneNumber } = await client.signIn();
    const challenges = [
      await challengeOf(phoneNumber, RESET),
      await challengeOf(freshNumber(), RESET),
      await failing(() => challengeOf(phoneNumber, RESET)),
    ];
    await t.settled();
    expect(await Promise.all(challenges.map(statusOf))).toEqual(['sent', 'sent', 'sent']);
    expect(new Set(challenges.map((challenge) => challenge.length)).size).toBe(1);
  });

  it('I4, R62 neither challenge nor table tells the number, and the table holds no code', async () => {
    const phoneNumber = freshNumber();
    const challenge = await challengeOf(phoneNumber);
    await t.settled();
    const rows = await t.app
      .get(DataSource)
      .getRepository(PhoneAuthMessage)
      .findBy({
        id: challenge.split('.')[0] ?? '',
      });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows) + challenge).not.toContain(phoneNumber.slice(1));
    expect(Object.values(rows[0] ?? {})).not.toContain(t.inbox.lastCodeFor(phoneNumber));
  });

  it('sending a code sets no cookie', async () => {
    expect(setCookies(await client.sendOtp(freshNumber()))).toEqual([]);
  });
});

describe.each(everyAdapterAndDatabase)('bindToClient on $name', (platform) => {
  const { t, client } = useApp(platform, { options: { bindToClient: true } });

  it('R43 the cookie asks for the state too, and the challenge of one number is none for another', async () => {
    const [mine, other] = [freshNumber(), freshNumber()];
    const answer = await client.sendOtp(mine).expect(200);
    const cookie = cookiesOf(answer);
    await t.settled();
    expect((await client.get('/phone-number/delivery', { cookie })).body).toEqual({ status: 'sent' });

    await client.codeFor(other);
    const { challenge } = answer.body as { challenge: string };
    const stolen = await client.verify(other, t.inbox.lastCodeFor(other), { challenge });
    expect(stolen.body.code).toBe('INVALID_OTP');
    await client.verify(mine, t.inbox.lastCodeFor(mine), { challenge }).expect(200);
  });
});

describe.each(everyAdapterAndDatabase)('a message that is lost on $name', (platform) => {
  const { t, client } = useApp(platform, {
    options: { resendDelays: [60], limits: { sends: { inARow: 3 }, pumping: false } },
  });

  const send = async (phoneNumber: string) => (await client.sendOtp(phoneNumber)).status;

  /** As if the process had been killed before the sender answered. */
  const sendAndLose = async (phoneNumber: string) => {
    const adding = vi
      .spyOn(t.app.get(MessageStore, { strict: false }), 'add')
      .mockResolvedValueOnce(undefined);
    expect(await send(phoneNumber)).toBe(200);
    await t.settled();
    adding.mockRestore();
  };

  it('S4.50 does not keep anybody waiting once its time is over, and counts', async () => {
    const phoneNumber = freshNumber();
    for (let sent = 0; sent < 2; sent += 1) {
      await sendAndLose(phoneNumber);
      t.clock.advance({ seconds: 15 });
      expect(await send(phoneNumber)).toBe(429);
      t.clock.advance({ seconds: 1 });
    }
    expect(await send(phoneNumber)).toBe(200);
    t.clock.advance({ seconds: 16 });
    expect(await send(phoneNumber)).toBe(429);
    t.clock.advance({ seconds: 45 });
    // the three in a row are used up, lost ones included
    expect(await send(phoneNumber)).toBe(429);
  });

  it('R23 a message that went out holds the next one up', async () => {
    const phoneNumber = freshNumber();
    await client.codeFor(phoneNumber);
    t.clock.advance({ seconds: 16 });
    expect(await send(phoneNumber)).toBe(429);
  });
});
