import ipaddr from 'ipaddr.js';

/** Global unicast (RFC 4291, 2.4). What lies outside is reserved, or an IPv4 address in disguise. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Answers to machines in Azure alone, as their platform, from an address that is public by its looks. */
const AZURE_PLATFORM = '168.63.129.16';

/**
 * Whether an address belongs to somebody on the internet: not to this machine, its networks or its cloud's metadata, and
 * not to a way around (IPv4 inside IPv6, NAT64, 6to4, Teredo) that may lead there (S5.35).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_PLATFORM) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6);
}
