import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.js';

describe('R59 a client is counted by', () => {
  it.each([
    ['its IPv4 address', '203.0.113.7', '203.0.113.7'],
    ['the IPv4 address that came mapped into IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
    ['the same, in hexadecimal', '::ffff:cb00:7107', '203.0.113.7'],
    ['the same, in capitals', '::FFFF:CB00:7107', '203.0.113.7'],
    ['its IPv6 network of 64 bits', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['that network, however it is written', '2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['that network, with a zone', 'fe80::1:2%eth0', 'fe80::/64'],
    ['the loopback network', '::1', '::/64'],
  ])('%s', (_, ip, counted) => {
    expect(clientAddress(ip)).toBe(counted);
  });

  it('R59 its network, so that 2^64 addresses are one client', () => {
    const inside = ['2001:db8:1:2::', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'];
    expect(new Set(inside.map(clientAddress)).size).toBe(1);
    expect(clientAddress('2001:db8:1:3::')).not.toBe(clientAddress('2001:db8:1:2::'));
  });

  it.each([
    undefined,
    '',
    'unknown',
    'localhost',
    '203.0.113.7:443',
    '203.0.113.256',
    '203.0.113.7, 198.51.100.1',
    '1:2',
  ])("a bucket that all share where the framework's address is %j", (ip) => {
    expect(clientAddress(ip)).toBe('unknown');
  });
});
