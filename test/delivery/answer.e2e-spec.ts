import { type PhoneAuthEvent, PhoneAuthService, type SmsMessage } from 'nestjs-phone-auth';
import { describe, expect, it, vi } from 'vitest';
import { NoSmsSender } from '../../src/sms/no-sms-sender.js';
import { SmsSender } from '../../src/sms/sms-sender.js';
import { api, freshNumber } from '../support/api.js';
import { gate } from '../support/gate.js';
import { keeping } from '../support/keeping.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

/** As text: what no event may hold. */
const told = (events: readonly PhoneAuthEvent[]) => JSON.stringify(events);

describe.each(everyAdapterAndDatabase)('a message behind its answer, on $name', (platform) => {
  const events: PhoneAuthEvent[] = [];
  const { t, client } = useApp(platform, {
    options: { onEvent: keeping(events, 'code.sent', 'code.failed') },
  });

  const eventsOf = async (run: () => Promise<unknown>) => {
    await t.settled();
    events.length = 0;
    await run();
    await t.settled();
    return [...events];
  };

  it('R40, S4.50 the answer does not wait for the sender', async () => {
    const phoneNumber = freshNumber();
    const held = gate();
    const { inbox } = t;
    const sending = vi.spyOn(inbox, 'send').mockImplementationOnce(async (message: SmsMessage) => {
      await held.pass();
      inbox.messages.push(message);
    });

    await client.sendOtp(phoneNumber).expect(200);
    await held.reached;
    expect(inbox.messagesFor(phoneNumber)).toEqual([]);
    sending.mockRestore();
    held.open();
    await t.settled();

    await client.verify(phoneNumber, t.inbox.lastCodeFor(phoneNumber)).expect(200);
  });

  it('R62 code.sent says what was sent where, without the number or the code', async () => {
    const phoneNumber = freshNumber();
    const seen = await eventsOf(() => client.sendOtp(phoneNumber));
    expect(seen).toEqual([
      {
        type: 'code.sent',
        at: t.clock.now(),
        purpose: 'sign-in',
        channel: 'sms',
        provider: '',
        country: 'US',
        phoneNumber: `+1********${phoneNumber.slice(-2)}`,
      },
    ]);
    expect(told(seen)).not.toContain(t.inbox.lastCodeFor(phoneNumber));
  });

  it('R62 code.failed says why, in the words of the log', async () => {
    const phoneNumber = freshNumber();
    t.inbox.failWith(new Error(`no route to ${phoneNumber}`));
    const seen = await eventsOf(() => client.sendOtp(phoneNumber));
    t.inbox.failWith(undefined);
    expect(seen).toMatchObject([
      { type: 'code.failed', purpose: 'sign-in', country: 'US', reason: 'no route to [number]' },
    ]);
    expect(told(seen)).not.toContain(phoneNumber.slice(1));
  });
});

describe.each(everyAdapterAndDatabase)("delivery: 'await' on $name", (platform) => {
  const { t, client } = useApp(platform, { options: { delivery: 'await' } });

  it('S1.35, 8.11 a sender that fails is 502 SEND_OTP_FAILED, and the earlier code signs in', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    t.inbox.failWith(new Error('the provider is down'));
    const failed = await client.sendOtp(phoneNumber);
    t.inbox.failWith(undefined);
    expect([failed.status, failed.body.code]).toEqual([502, 'SEND_OTP_FAILED']);
    expect(failed.text).not.toContain('provider');
    await client.verify(phoneNumber, code).expect(200);
  });
});

describe.each(everyAdapterAndDatabase)('sendOTP: false on $name', (platform) => {
  const { t } = useApp(platform, {
    override: (builder) => builder.overrideProvider(SmsSender).useValue(new NoSmsSender()),
  });

  it('S4.3 is 501 at once, on both routes that send, and nothing is made', async () => {
    const phoneNumber = freshNumber();
    for (const route of ['send-otp', 'request-password-reset']) {
      const answer = await api(t).post(`/phone-number/${route}`, { phoneNumber });
      expect([answer.status, answer.body.code]).toEqual([501, 'SEND_OTP_NOT_IMPLEMENTED']);
    }
    await expect(t.app.get(PhoneAuthService).verify({ phoneNumber, code: '000000' })).rejects.toMatchObject({
      code: 'OTP_NOT_FOUND',
    });
  });
});
