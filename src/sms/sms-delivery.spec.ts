import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { resolveConfig } from '../options/resolve-config.js';
import type { MessageOptions } from '../options/options.js';
import { SmsDelivery } from './sms-delivery.js';
import { type SmsMessage, SmsSender } from './sms-sender.js';

const order = {
  phoneNumber: '+12025550123',
  code: '048213',
  expiresIn: 120,
  purpose: 'sign-in',
  userId: undefined,
} as const;

const send = vi.fn<SmsSender['send']>();
const notify = vi.fn<SmsSender['notify']>();
const sender = { send, notify } satisfies SmsSender;
const delivery = (messages: MessageOptions = {}) =>
  new SmsDelivery(sender, resolveConfig({ secret: 'the secret of this application, long enough', messages }));

/** A promise that the test settles. */
class Deferred {
  resolve: () => void;
  reject: (reason: Error) => void;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

const log = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

beforeEach(() => {
  send.mockReset().mockResolvedValue(undefined);
  log.mockClear();
});
afterEach(() => vi.useRealTimers());

const sent = (): SmsMessage => {
  const [message] = send.mock.lastCall ?? [];
  if (!message) throw new Error('nothing was sent');
  return message;
};

async function textOf(purpose: 'sign-in' | 'reset-password', messages?: MessageOptions): Promise<string> {
  await delivery(messages).deliver({ ...order, purpose });
  return sent().text;
}

describe('the text', () => {
  it('S4.1 is "Your code is <code>" by default', async () => {
    expect(await textOf('sign-in')).toBe('Your code is 048213');
  });

  it('S4.2 is another one for a password reset', async () => {
    const text = await textOf('reset-password');
    expect(text).toContain('048213');
    expect(text).not.toBe(await textOf('sign-in'));
  });

  it('S4.2 is what the host set, for each purpose', async () => {
    const messages = { signIn: '{code} signs you in. Again: {code}', resetPassword: 'Reset with {code}' };
    expect(await textOf('sign-in', messages)).toBe('048213 signs you in. Again: 048213');
    expect(await textOf('reset-password', messages)).toBe('Reset with 048213');
  });

  it('S4.2 is what the function of the host makes of code and lifetime', async () => {
    const text = await textOf('sign-in', {
      signIn: ({ code, expiresIn }) => `${code} for ${expiresIn / 60} minutes`,
    });
    expect(text).toBe('048213 for 2 minutes');
  });

  it('is in the language that the message names, else in the one that the host knows', async () => {
    const locale = vi.fn<() => Promise<string>>().mockResolvedValue('de');
    const messages = {
      locale,
      locales: { de: { signIn: 'Ihr Code: {code}' }, fr: { signIn: 'Code : {code}' } },
    };
    expect(await textOf('sign-in', messages)).toBe('Ihr Code: 048213');
    expect(sent().locale).toBe('de');
    const { phoneNumber, userId } = order;
    expect(locale).toHaveBeenCalledExactlyOnceWith({ phoneNumber, userId, purpose: 'sign-in' });

    await delivery(messages).deliver({ ...order, locale: 'fr-CA' });
    expect(sent().text).toBe('Code : 048213');
    expect(locale).toHaveBeenCalledTimes(1);
    expect(await textOf('sign-in', { ...messages, locale: 'de' })).toBe('Ihr Code: 048213');
  });

  it('8.11 whose making fails is SEND_OTP_FAILED, and nothing is sent', async () => {
    const locale = () => Promise.reject(new Error('no such person: 048213'));
    await expect(delivery({ locale }).deliver(order)).rejects.toMatchObject({ code: 'SEND_OTP_FAILED' });
    expect(send).not.toHaveBeenCalled();
    expect(log.mock.calls.flat().join()).not.toContain('048213');
  });

  it('R37 fits one segment by default', async () => {
    for (const purpose of ['sign-in', 'reset-password'] as const) {
      expect(await textOf(purpose)).toMatch(/^[\w :.]{1,160}$/);
    }
  });
});

describe('the sender', () => {
  it('S1.3 gets number, code and owner, and all that goes with them', async () => {
    await delivery().deliver({ ...order, userId: 'user-1' });
    expect(send).toHaveBeenCalledTimes(1);
    expect(sent()).toEqual({
      phoneNumber: '+12025550123',
      code: '048213',
      userId: 'user-1',
      purpose: 'sign-in',
      text: 'Your code is 048213',
      values: { code: '048213', minutes: '2' },
      expiresIn: 120,
      channel: 'sms',
      timeLimit: 10_000,
      signal: expect.any(AbortSignal),
    });
  });

  it('R35 gets the key of this one message, and who asked', async () => {
    const context = { idempotencyKey: 'code-1', locale: 'de', ipAddress: '203.0.113.7', userAgent: 'Acme/1' };
    await delivery().deliver({ ...order, ...context, channel: 'voice' });
    expect(sent()).toMatchObject({ ...context, channel: 'voice' });
  });

  it('keeps its signal quiet where it was in time', async () => {
    vi.useFakeTimers();
    await delivery().deliver(order);
    expect(vi.getTimerCount()).toBe(0);
    expect(sent().signal.aborted).toBe(false);
  });
});

/** A send that has begun and that nobody has ended yet. */
function pending() {
  const sending = new Deferred();
  send.mockReturnValue(sending.promise);
  const outcome = delivery({ timeout: 5_000 })
    .deliver(order)
    .then(
      () => 'sent',
      (error: unknown) => error,
    );
  return { sending, outcome };
}

const failed = expect.objectContaining({ code: 'SEND_OTP_FAILED' });

describe('the time limit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('8.11 ends a send that hangs', async () => {
    const { outcome } = pending();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await outcome).toEqual(failed);
    expect(log).toHaveBeenCalledExactlyOnceWith('The SMS sender failed: no answer within 5000 ms');
  });

  it('8.11 leaves a send that is slow, but in time', async () => {
    const { sending, outcome } = pending();
    await vi.advanceTimersByTimeAsync(4_999);
    sending.resolve();
    expect(await outcome).toBe('sent');
  });

  it('8.11 aborts the signal when it is over, and not before', async () => {
    pending();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(sent().signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent().signal).toMatchObject({ aborted: true, reason: expect.any(Error) });
  });

  it('8.11 takes a rejection that comes later in silence', async () => {
    const unhandled = vi.fn<(reason: unknown) => void>();
    process.on('unhandledRejection', unhandled);
    const { sending, outcome } = pending();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await outcome).toEqual(failed);

    sending.reject(new Error('too late'));
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve)); // Node reports them once the microtasks are done
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(log).toHaveBeenCalledTimes(1);
  });
});

describe('what the sender says of the message', () => {
  it('is handed on', async () => {
    const result = {
      status: 'accepted',
      reference: 'm-1',
      price: { amount: 0.01, currency: 'EUR' },
    } as const;
    send.mockResolvedValue(result);
    expect(await delivery().deliver(order)).toEqual(result);
  });

  it('is that it was accepted, where it says nothing', async () => {
    expect(await delivery().deliver(order)).toEqual({ status: 'accepted' });
  });

  it.each(['rejected', 'unknown'] as const)(
    '8.11 is SEND_OTP_FAILED where it is %s, with the reason in the log and without number and code',
    async (status) => {
      send.mockResolvedValue({ status, reason: 'no route to +12025550123 for 048213' });
      await expect(delivery().deliver(order)).rejects.toMatchObject({ code: 'SEND_OTP_FAILED' });
      expect(log).toHaveBeenCalledExactlyOnceWith('The SMS sender failed: no route to [number] for ******');
    },
  );

  it('8.11 is in the log as it is where it gives no reason', async () => {
    send.mockResolvedValue({ status: 'unknown' });
    await expect(delivery().deliver(order)).rejects.toThrow(PhoneAuthError);
    expect(log).toHaveBeenCalledExactlyOnceWith(
      'The SMS sender failed: nobody knows whether the message was accepted',
    );
  });
});

describe('a sender that fails', () => {
  const failures: [how: string, fail: () => Promise<void>][] = [
    ['rejects', () => Promise.reject(new Error('Sending "Your code is 048213" to +12025550123 failed'))],
    ['throws', () => thrown(new Error('to=%2B12025550123 body=048213'))],
    ['rejects with a text', () => Promise.reject('12025550123 <- 048213')],
    ['rejects with nothing', () => Promise.reject()],
    ['rejects with an object', () => Promise.reject(Object.create(null))],
    [
      'rejects with an error without a message',
      () => Promise.reject(Object.assign(new Error(), { message: undefined })),
    ],
    ['spells the number and the code', () => Promise.reject(new Error('(202) 555-0123 was sent 048-213'))],
    ['spells them otherwise', () => Promise.reject(new Error('+1 202 555 01 23: 0 4 8 2 1 3'))],
  ];

  it.each(failures)('8.11 and %s is SEND_OTP_FAILED, without the cause', async (_, fail) => {
    send.mockImplementation(fail);
    const error: unknown = await delivery()
      .deliver(order)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SEND_OTP_FAILED', message: 'The code could not be sent' });
    expect(error).not.toHaveProperty('cause');
  });

  it.each(failures)('R5 and %s leaves neither code nor number in the log', async (_, fail) => {
    send.mockImplementation(fail);
    await expect(delivery().deliver(order)).rejects.toThrow(PhoneAuthError);
    expect(log).toHaveBeenCalledTimes(1);
    const line = log.mock.calls.flat().join(' ');
    expect(line).toMatch(/^The SMS sender failed: ./);
    const digits = line.replace(/\D/g, '');
    expect(digits).not.toContain('048213');
    expect(digits).not.toContain('5550123');
  });

  it('R5 hides the shortest of numbers as well', async () => {
    send.mockRejectedValue(new Error('+43 1112 is not reachable'));
    await expect(delivery().deliver({ ...order, phoneNumber: '+431112' })).rejects.toThrow(PhoneAuthError);
    expect(log).toHaveBeenCalledExactlyOnceWith('The SMS sender failed: [number] is not reachable');
  });

  it('keeps what helps in the log', async () => {
    send.mockRejectedValue(new Error('Twilio answered 400 (error 21211) from 127.0.0.1:4010'));
    await expect(delivery().deliver(order)).rejects.toThrow(PhoneAuthError);
    expect(log.mock.calls[0]?.[0]).toContain('Twilio answered 400 (error 21211) from 127.0.0.1:4010');
  });

  it('may say by itself what the caller is told', async () => {
    send.mockRejectedValue(new PhoneAuthError('SEND_OTP_NOT_IMPLEMENTED'));
    await expect(delivery().deliver(order)).rejects.toMatchObject({ code: 'SEND_OTP_NOT_IMPLEMENTED' });
    expect(log).not.toHaveBeenCalled();
  });
});

function thrown(error: Error): never {
  throw error;
}
