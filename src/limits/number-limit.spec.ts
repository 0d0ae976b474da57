import { describe, expect, it } from 'vitest';
import { TestClock } from 'nestjs-phone-auth/testing';
import type { RateLimitOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import { parseE164 } from '../phone/e164.js';
import { MemoryThrottlerStorage } from './memory-throttler-storage.js';
import { NumberLimit } from './number-limit.js';

const phoneNumber = parseE164('+12025550123')!;

function limitOf(rateLimit: RateLimitOptions | false) {
  const secret = 'the secret of this application, long enough';
  return new NumberLimit(new MemoryThrottlerStorage(new TestClock()), resolveConfig({ secret, rateLimit }));
}

describe('requests per number that are counted behind the guard', () => {
  it('R34 share the bucket of their group of routes', async () => {
    const limit = limitOf({ max: 2 });
    await limit.take('send-otp', phoneNumber);
    await limit.take('request-password-reset', phoneNumber);
    await expect(limit.take('verify', phoneNumber)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 60,
    });
    await expect(limit.take('sign-in', phoneNumber)).resolves.toBeUndefined();
  });

  it('R34, S4.30 have a bucket of their own where the route has a limit of its own', async () => {
    const limit = limitOf({ max: 1, routes: { 'send-otp': { max: 2 } } });
    await limit.take('verify', phoneNumber);
    await limit.take('send-otp', phoneNumber);
    await limit.take('send-otp', phoneNumber);
    await expect(limit.take('send-otp', phoneNumber)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('R34 are not counted where the host switched the limit off', async () => {
    const limit = limitOf(false);
    for (let i = 0; i < 20; i += 1) await limit.take('send-otp', phoneNumber);
    await expect(limit.take('send-otp', phoneNumber)).resolves.toBeUndefined();
  });
});
