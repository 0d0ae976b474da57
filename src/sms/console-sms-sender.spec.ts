import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { ConsoleSmsSender } from './console-sms-sender.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('ConsoleSmsSender', () => {
  it('S1.2 refuses production, where a log would let its readers in', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => new ConsoleSmsSender()).toThrow(PhoneAuthOptionError);
  });

  it('prints number and text elsewhere', async () => {
    const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    await new ConsoleSmsSender().send({ phoneNumber: '+12025550123', text: 'Your code is 048213' });
    expect(log).toHaveBeenCalledExactlyOnceWith('SMS to +12025550123: Your code is 048213');
  });
});
