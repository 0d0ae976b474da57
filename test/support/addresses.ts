import type { RequestHeaders } from './http-client.js';

let addresses = 0;

/** From an address that nobody else in this process has, for an application that trusts its proxy. */
export function fromElsewhere(more: RequestHeaders = {}): RequestHeaders {
  addresses += 1;
  return { 'x-forwarded-for': `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`, ...more };
}
