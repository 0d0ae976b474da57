import { type PhoneAuthEvent, RECEIPT_READERS, SmsChain, SmsSender } from 'nestjs-phone-auth';
import { createTestApp, type FakeSmsProvider } from 'nestjs-phone-auth/testing';
import { TwilioReceipts, TwilioSmsSender } from 'nestjs-phone-auth/twilio';
import request from 'supertest';
import twilio from 'twilio';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthMessage } from '../../src/sms/message.entity.js';
import { freshNumber } from '../support/api.js';
import { keeping } from '../support/keeping.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { startTwilio } from '../support/twilio-server.js';
import { useApp } from '../support/use-app.js';

const accountSid = `AC${'1'.repeat(32)}`;
const authToken = 'token-of-the-account';
const baseURL = 'https://app.example.com';

let server: FakeSmsProvider;
beforeAll(async () => {
  server = await startTwilio({ [accountSid]: authToken });
  let messages = 0;
  server.behave(() => {
    messages += 1;
    const sid = `SM${String(messages).padStart(32, '0')}`;
    return { status: 201, body: { sid, status: 'queued', price: null, price_unit: 'USD', error_code: null } };
  });
});
afterAll(() => server.close());

describe.each(everyAdapterAndDatabase)('receipts on $name', (platform) => {
  const events: PhoneAuthEvent[] = [];
  const { t, client } = useApp(platform, {
    options: {
      baseURL,
      onEvent: keeping(events, 'message.delivered', 'message.undelivered'),
      providers: [{ provide: RECEIPT_READERS, useValue: { twilio: new TwilioReceipts({ authToken }) } }],
    },
    override: (builder) =>
      builder.overrideProvider(SmsSender).useFactory({
        factory: () => {
          const account = { accountSid, authToken, apiURL: server.url };
          return new SmsChain({
            senders: { twilio: new TwilioSmsSender({ ...account, from: '+12025550100' }) },
          });
        },
      }),
  });

  /** A message on its way: what the client has of it, and what Twilio has. */
  const send = async (route = 'send-otp', phoneNumber = freshNumber()) => {
    const answer = await client.post(`/phone-number/${route}`, { phoneNumber }).expect(200);
    await t.settled();
    const { challenge } = answer.body as { challenge: string };
    const id = challenge.split('.')[0] ?? '';
    const row = await t.app.get(DataSource).getRepository(PhoneAuthMessage).findOneByOrFail({ id });
    return { phoneNumber, challenge, sid: row.reference ?? '', provider: row.provider };
  };
  const statusOf = async (challenge: string) =>
    (await client.get('/phone-number/delivery', { 'x-challenge': challenge })).body as object;

  const post = (fields: Record<string, string>, signature: string, path = '/auth/delivery/twilio') =>
    request(t.app.getHttpServer())
      .post(path)
      .set({ 'x-twilio-signature': signature, host: 'evil.example' })
      .type('form')
      .send(fields);
  const receipt = async (MessageSid: string, MessageStatus: string) => {
    const fields = { MessageSid, MessageStatus, To: '+12025550123', AccountSid: accountSid };
    const url = `${baseURL}/auth/delivery/twilio`;
    const { status } = await post(fields, twilio.getExpectedTwilioSignature(authToken, url, fields));
    await t.settled();
    return status;
  };

  it('S4.50 a signed receipt is shown to whoever asked for the code, and told as an event', async () => {
    const { challenge, sid, provider } = await send();
    expect([provider, await statusOf(challenge)]).toEqual(['twilio', { status: 'sent' }]);
    events.length = 0;

    expect(await receipt(sid, 'delivered')).toBe(204);

    expect(await statusOf(challenge)).toEqual({ status: 'delivered' });
    expect(events).toEqual([
      { type: 'message.delivered', at: t.clock.now(), provider: 'twilio', reference: sid },
    ]);
  });

  it.each([
    ['in another order', ['delivered', 'sent', 'undelivered'], 'delivered', ['message.delivered']],
    ['twice', ['undelivered', 'undelivered'], 'failed', ['message.undelivered']],
    ['after a failure', ['failed', 'delivered'], 'delivered', ['message.undelivered', 'message.delivered']],
    ['of what is on its way', ['queued', 'sending', 'sent'], 'sent', []],
  ])('states only go forward: receipts %s', async (_, statuses, end, told) => {
    const { challenge, sid } = await send();
    events.length = 0;
    for (const status of statuses) expect(await receipt(sid, status)).toBe(204);
    expect(await statusOf(challenge)).toEqual({ status: end });
    expect(events.map(({ type }) => type)).toEqual(told);
  });

  it('a receipt for a message that nobody knows is answered the same', async () => {
    events.length = 0;
    expect(await receipt('SM00000000000000000000000000000000', 'delivered')).toBe(204);
    expect(events).toEqual([]);
  });

  it('what is not signed for this address is 403 INVALID_RECEIPT, and changes nothing', async () => {
    const { challenge, sid } = await send();
    const fields = { MessageSid: sid, MessageStatus: 'delivered' };
    const signed = (url: string, token = authToken) => twilio.getExpectedTwilioSignature(token, url, fields);
    const right = `${baseURL}/auth/delivery/twilio`;
    const answers = [
      await post(fields, signed('http://evil.example/auth/delivery/twilio')),
      await post(fields, signed(right, 'another token')),
      await post({ ...fields, more: 'x' }, signed(right)),
      await post(fields, signed(right), '/auth/delivery/twilio?x=1'),
      await post(fields, signed(`${baseURL}/auth/delivery/sns`), '/auth/delivery/sns'),
      await post(fields, signed(`${baseURL}/auth/delivery/toString`), '/auth/delivery/toString'),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'INVALID_RECEIPT']);
    expect(await statusOf(challenge)).toEqual({ status: 'sent' });
  });

  it('R40 a receipt does not tell whether a number has an account', async () => {
    const { phoneNumber } = await send();
    const code = /\d{6}/.exec(String(server.requests.at(-1)?.fields['Body']))?.[0] ?? '';
    await client.verify(phoneNumber, code).expect(200);

    const { challenge, sid } = await send('request-password-reset', phoneNumber);
    events.length = 0;
    expect(await receipt(sid, 'delivered')).toBe(204);
    expect(events).toHaveLength(1);
    expect(await statusOf(challenge)).toEqual({ status: 'sent' });
  });
});

it('S2.26 without baseURL the application does not start: Twilio signs the address', async () => {
  const providers = [{ provide: RECEIPT_READERS, useValue: { twilio: new TwilioReceipts({ authToken }) } }];
  await expect(createTestApp({ options: { providers } })).rejects.toThrow(
    /baseURL is missing.*TwilioReceipts/,
  );
});
