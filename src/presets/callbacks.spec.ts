import { describe, expect, it, vi } from 'vitest';
import type { SendOtpInput } from '../options/options.js';
import { withCode, withText } from './callbacks.js';

const input: SendOtpInput = {
  phoneNumber: '+12025550123',
  code: '048213',
  text: 'Your code is 048213',
  userId: 'user-1',
  purpose: 'sign-in',
  expiresIn: 300,
  signal: new AbortController().signal,
};

describe('the callbacks of other systems', () => {
  it('S2.1, S3.1 withCode hands over two arguments: the number in E.164 form and the digits as text', () => {
    const callback = vi.fn<(phone: string, code: string) => void>();
    void withCode(callback)(input);
    expect(callback.mock.calls).toEqual([['+12025550123', '048213']]);
  });

  it('S4.1 withText hands over two arguments: the number in E.164 form and the whole text', () => {
    const callback = vi.fn<(phone: string, message: string) => void>();
    void withText(callback)(input);
    expect(callback.mock.calls).toEqual([['+12025550123', 'Your code is 048213']]);
  });

  it.each([withCode, withText])(
    '8.11 %o: the send waits for the callback and fails with it',
    async (adapt) => {
      await expect(adapt(() => Promise.reject(new Error('no credit')))(input)).rejects.toThrow('no credit');
    },
  );
});
