import ipaddr from 'ipaddr.js';

/** Length of the network that one IPv6 customer owns; addresses inside it are free to him (R59). */
const IPV6_PREFIX = 64;

/**
 * What a client is counted by: the framework's `req.ip`, never a header (I9). IPv4 as it is, also where it comes mapped
 * into IPv6; IPv6 by its /64.
 */
export function clientAddress(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/${IPV6_PREFIX}`).toString()}/${IPV6_PREFIX}`;
}

/** Ranges in which proxies and load balancers live, and clients of the internet do not. */
const LOCAL: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  // what is left of ::1 in its /64
  'unspecified',
]);

/** Whether an address, as {@link clientAddress} gives it, is one of a machine nearby. */
export function isLocalAddress(address: string): boolean {
  const ip = address.replace(`/${IPV6_PREFIX}`, '');
  return ipaddr.isValid(ip) && LOCAL.has(ipaddr.parse(ip).range());
}

/** Whom messages and guesses are counted by, beside their number. */
export interface CountedClient {
  /** `undefined` for a caller of the service who names none. */
  readonly address: string | undefined;
  /**
   * The developer's own machine, or a test: everybody there has one address, and limits per address would be in the way of
   * nothing but work. In production the loopback is an address like any other.
   */
  readonly isDevelopment: boolean;
}

export function countedClient(ip: string | undefined, production: boolean): CountedClient {
  if (ip === undefined) return { address: undefined, isDevelopment: !production };
  const isDevelopment = !production && ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback';
  return { address: isDevelopment ? undefined : clientAddress(ip), isDevelopment };
}
