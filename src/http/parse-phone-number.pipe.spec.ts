import { HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
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

  it.each(['+442079460123', '+445612345678', '+19005550123', '+881612345678', '+22997123456'])(
    'R20, R21, R22 refuses %s, which no new account may have',
    (number) => expect(refusalOf(pipe, number).getStatus()).toBe(400),
  );

  it('R22 takes the policy that it is given, or else that of the module', () => {
    const { numbers } = resolveConfig({ secret: 'x'.repeat(32), numbers: { countries: ['GB'] } });
    const [own, module] = [
      new ParsePhoneNumberPipe({ countries: ['DE'], defaultRegion: 'DE' }, { numbers }),
      new ParsePhoneNumberPipe(undefined, { numbers }),
    ];
    expect(own.transform('0171 1234567')).toBe('+491711234567');
    expect(refusalOf(own, '+447400123456').getStatus()).toBe(400);
    expect(module.transform('+447400123456')).toBe('+447400123456');
    expect(refusalOf(module, '+491711234567').getStatus()).toBe(400);
  });

  it('takes nothing but + and digits in strict mode', () => {
    const strict = new ParsePhoneNumberPipe({ strict: true });
    expect(strict.transform('+12025550123')).toBe('+12025550123');
    expect(refusalOf(strict, '+1 202 555 0123').getStatus()).toBe(400);
  });
});
