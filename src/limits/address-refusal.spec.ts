import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { AddressRefusal } from './address-refusal.js';

const secret = 'the secret of this application, long enough';
const LIMIT = { name: 'address', limit: 10, window: 60_000 } as const;
const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);

const refusalIn = (env: string) => {
  const refusal = new AddressRefusal(resolveConfig({ secret, numbers: { countries: ['US'] } }, env));
  warn.mockClear();
  return refusal;
};
beforeEach(() => warn.mockClear());

describe('whoever is refused by his address', () => {
  it('R60 is told which limit it was, and when to come again', () => {
    expect(refusalIn('production').error('203.0.113.7', LIMIT, 17)).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 17,
      policy: { name: 'address', quota: 10, window: 60 },
    });
  });
});

describe('that clients seem to share the address of a proxy', () => {
  it.each([
    '10.0.0.7',
    '172.16.3.4',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.9',
    'fd12:3456:789a:1::/64',
    '::/64',
  ])('R59 is said once in production, with what to do: %s', (address) => {
    const refusal = refusalIn('production');
    for (let i = 0; i < 3; i += 1) refusal.error(address, LIMIT, 17);
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("app.set('trust proxy', 1)"));
    expect(warn.mock.calls.join()).toContain(address);
  });

  it.each(['203.0.113.7', '8.8.8.8', '2001:db8:1:2::/64', '2a00:1450:4001:82b::/64', 'unknown'])(
    'R59 is not said of an address of the internet, nor of none: %s',
    (address) => {
      refusalIn('production').error(address, LIMIT, 17);
      expect(warn).not.toHaveBeenCalled();
    },
  );

  it('R59 is not said on the machine of a developer', () => {
    refusalIn('development').error('127.0.0.1', LIMIT, 17);
    expect(warn).not.toHaveBeenCalled();
  });
});
