import { describe, expect, it } from 'vitest';
import { kavachos, type KavachosOptions } from './kavachos.js';

const onSendCode = () => {};

describe('the options of KavachOS', () => {
  it('S2.3, S2.4, S2.5, S2.9, K9, K13 have its defaults', () => {
    expect(kavachos({ onSendCode })).toEqual({
      dialects: ['kavachos'],
      sendOTP: expect.any(Function),
      otpLength: 6,
      expiresIn: 300,
      allowedAttempts: 5,
      createUserOn: 'send',
    });
  });

  it.each([
    [{}, 'kavachos.onSendCode is missing: set it.'],
    [{ onSendCode: true }, 'kavachos.onSendCode is true: use a function.'],
    [{ onSendCode, codeLength: 3 }, 'kavachos.codeLength is 3: use a whole number of digits from 4 to 10.'],
    [
      { onSendCode, codeExpiry: 300_000 },
      'kavachos.codeExpiry is 300000: use a whole number of seconds from 30 to 600.',
    ],
    [{ onSendCode, maxAttempts: 0 }, 'kavachos.maxAttempts is 0: use a whole number from 1 to 10.'],
    [
      { onSendCode, expiresIn: 300 },
      'kavachos.expiresIn is unknown: known here: onSendCode, codeLength, codeExpiry, maxAttempts.',
    ],
  ])('S2.2 %o is refused under the names that it has there', (options, sentence) => {
    expect(() => kavachos(options as KavachosOptions)).toThrow(sentence);
  });
});
