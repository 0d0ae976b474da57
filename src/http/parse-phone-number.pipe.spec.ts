import { HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { ParsePhoneNumberPipe } from './parse-phone-number.pipe.js';

function refusalOf(pipe: ParsePhoneNumberPipe, value: unknown): HttpException {
  try {
    pipe.transform(value);
  } catch (error) {
    if (error instanceof HttpException) return error;
  }
  throw new Error('the pipe let it through');
}

describe('ParsePhoneNumberPipe', () => {
  const pipe = new ParsePhoneNumberPipe();

  it('S4.28, R18 gives the route the canonical number', () => {
    expect(pipe.transform('+1 (202) 555-0123')).toBe('+12025550123');
  });

  it.each(['12025550123', '+12025550123;ext=1', ['+12025550123'], undefined])(
    'R19 answers 400 INVALID_PHONE_NUMBER to %j',
    (value) => {
      const refusal = refusalOf(pipe, value);
      expect(refusal.getStatus()).toBe(400);
      expect(refusal.getResponse()).toMatchObject({ code: 'INVALID_PHONE_NUMBER' });
    },
  );

  it('takes nothing but + and digits in strict mode', () => {
    const strict = new ParsePhoneNumberPipe({ strict: true });
    expect(strict.transform('+12025550123')).toBe('+12025550123');
    expect(refusalOf(strict, '+1 202 555 0123').getStatus()).toBe(400);
  });
});
