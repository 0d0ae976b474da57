import { describe, expect, it } from 'vitest';
import { PHONE_AUTH_ERRORS } from './error-codes.js';

describe('the catalogue of errors', () => {
  it('S1.36 has the twelve names of nevr', () => {
    expect(Object.keys(PHONE_AUTH_ERRORS)).toEqual(
      expect.arrayContaining([
        'INVALID_PHONE_NUMBER',
        'INVALID_PHONE_NUMBER_OR_PASSWORD',
        'PHONE_NUMBER_NOT_VERIFIED',
        'PHONE_NUMBER_ALREADY_EXISTS',
        'PHONE_NUMBER_CANNOT_BE_UPDATED',
        'OTP_EXPIRED',
        'INVALID_OTP',
        'SEND_OTP_FAILED',
        'UNEXPECTED_ERROR',
        'USER_NOT_FOUND',
        'PASSWORD_RESET_OTP_INVALID',
        'PASSWORD_TOO_WEAK',
      ]),
    );
  });

  it('S4.46 words the wire’s codes as the official client has them', async () => {
    const { PHONE_NUMBER_ERROR_CODES } = await import('better-auth/client/plugins');
    for (const [code, value] of Object.entries(PHONE_NUMBER_ERROR_CODES)) {
      expect(Object.keys(PHONE_AUTH_ERRORS)).toContain(code);
      if (code === 'PHONE_NUMBER_NOT_EXIST') continue; // declared there, never sent
      expect(PHONE_AUTH_ERRORS[code as keyof typeof PHONE_AUTH_ERRORS]).toBe(
        typeof value === 'string' ? value : value.message,
      );
    }
  });
});
