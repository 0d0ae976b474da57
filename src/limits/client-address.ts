import ipaddr from 'ipaddr.js';

/** Length of the network that one IPv6 customer owns; addresses inside it are free to him (R59). */
const IPV6_PREFIX = 64;

/**
 * What a client is counted by: the framework's `req.ip`, never a header (I9). IPv4 as it is, also where it comes mapped
 * into IPv6; IPv6 by its /64. `undefined` for a caller without one.
 */
export function clientAddress(ip: string | undefined): string | undefined {
  if (!ip || !ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/${IPV6_PREFIX}`).toString()}/${IPV6_PREFIX}`;
}

/**
 * Whether a client is the developer's own machine, or a test: there everybody has one address, and limits per address would
 * be in the way of nothing but work. In production the loopback counts like any other.
 */
export function isDevelopment(ip: string | undefined, production: boolean): boolean {
  return !production && ip !== undefined && ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback';
}
