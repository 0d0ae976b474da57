import { afterEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { resolveConfig } from '../options/resolve-config.js';
import type { SendOtp } from '../options/options.js';
import { ConsoleSmsSender } from './console-sms-sender.js';
import { defaultSmsSender } from './default-sms-sender.js';
import type { SmsMessage } from './sms-sender.js';

const message: SmsMessage = {
  phoneNumber: '+12025550123',
  text: 'Your code is 048213',
  code: '048213',
  purpose: 'sign-in',
  userId: 'user-1',
  expiresIn: 300,
  signal: new AbortController().signal,
};

/** The sender of a host that set this and no more. */
function senderFor(sendOTP: SendOtp | false | undefined, env = 'test') {
  vi.stubEnv('NODE_ENV', env);
  const secret = 'the secret of this application, long enough';
  return defaultSmsSender(resolveConfig(sendOTP === undefined ? { secret } : { secret, sendOTP }));
}

afterEach(() => vi.unstubAllEnvs());

describe('with a callback', () => {
  it('S1.3 it gets one object with phoneNumber, code and userId', async () => {
    const sendOTP = vi.fn<SendOtp>();
    await senderFor(sendOTP).send(message);
    expect(sendOTP.mock.calls).toEqual([
      [expect.objectContaining({ phoneNumber: '+12025550123', code: '048213', userId: 'user-1' })],
    ]);
  });

  it('S1.4 it gets undefined as userId for a number that nobody has', async () => {
    const sendOTP = vi.fn<SendOtp>();
    await senderFor(sendOTP).send({ ...message, userId: undefined });
    expect(sendOTP.mock.calls[0]?.[0]).toHaveProperty('userId', undefined);
  });

  it('gets the text, the purpose, the seconds and the signal besides', async () => {
    const sendOTP = vi.fn<SendOtp>();
    await senderFor(sendOTP).send(message);
    expect(sendOTP.mock.calls[0]?.[0]).toEqual(message);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no credit'))],
    [
      'throws',
      () => {
        throw new Error('no credit');
      },
    ],
  ])('that %s, sending fails', async (_, sendOTP) => {
    await expect(senderFor(sendOTP).send(message)).rejects.toThrow('no credit');
  });

  it('what it returns counts where it is a result', async () => {
    const result = { status: 'rejected', reason: 'no credit' } as const;
    expect(await senderFor(() => result).send(message)).toBe(result);
  });

  it('what it returns says nothing where it is the answer of an SDK', async () => {
    expect(await senderFor(() => ({ sid: 'SM1', status: 'queued' })).send(message)).toBeUndefined();
  });

  it('sending waits for it', async () => {
    let finished = false;
    await senderFor(async () => {
      await Promise.resolve();
      finished = true;
    }).send(message);
    expect(finished).toBe(true);
  });
});

describe('without a sender', () => {
  it('S1.2 production does not start, and is told what to do', () => {
    expect(() => senderFor(undefined, 'production')).toThrow(PhoneAuthOptionError);
    expect(() => senderFor(undefined, 'production')).toThrow(
      /sendOTP is missing.*set sendOTP, provide an SmsSender/,
    );
  });

  it('codes go to the terminal elsewhere', () => {
    expect(senderFor(undefined, 'development')).toBeInstanceOf(ConsoleSmsSender);
  });

  it('S1.2 production starts where that is on purpose, and sending says so', async () => {
    await expect(senderFor(false, 'production').send(message)).rejects.toMatchObject({
      code: 'SEND_OTP_NOT_IMPLEMENTED',
    });
  });
});
