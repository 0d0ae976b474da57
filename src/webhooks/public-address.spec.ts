import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './public-address.js';

describe('an address on the internet', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '100.63.255.255', '2606:4700::1111'])(
    'S5.35 is %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', 'fc00::1'],
    ['link-local', '169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
    ['shared by a carrier', '100.64.0.1', '100.127.255.255'],
    ['multicast or broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
    ['reserved or for documents', '192.0.2.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '2001:db8::1'],
    ['for benchmarks', '198.18.0.1', '2001:2::1'],
    ['metadata of a cloud', '169.254.169.254', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'],
    ["a cloud's platform", '168.63.129.16', '::ffff:168.63.129.16'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::127.0.0.1', '64:ff9b::808:808', '64:ff9b:1::1'],
    ['6to4 or Teredo', '2002:7f00:1::', '2002:808:808::', '192.88.99.1', '2001:0:7f00:1::'],
    ['out of use', '4000::1', '100::1', '5f00::1', '3fff::1'],
    ['no address', '', 'localhost', '1.1.1.1.', '[::1]', '1.1.1.1/8'],
  ])('S5.35 is none that is %s', (_, ...addresses) => {
    for (const address of addresses) expect(isPublicAddress(address), address).toBe(false);
  });
});
