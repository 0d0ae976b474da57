import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { HostResolver } from './host-resolver.js';
import { isPublicAddress } from './public-address.js';

/** The receiver may not be asked. Nobody has connected to it. */
export class ForbiddenReceiver extends Error {}

/**
 * Where a receiver is. Whoever may set the address of a webhook could have this server talk to its own network otherwise
 * (SSRF): so a name is resolved once, every address of it has to be public, and one of them is what the connection goes
 * to. A name that leads elsewhere a moment later changes nothing (S5.35).
 */
@Injectable()
export class ReceiverAddresses {
  private readonly allowInsecure: boolean;

  constructor(
    private readonly resolver: HostResolver,
    @Inject(PHONE_AUTH_CONFIG) { webhooks }: PhoneAuthConfig,
  ) {
    this.allowInsecure = webhooks.allowInsecure;
  }

  /**
   * @throws ForbiddenReceiver where one of them is not public, or the address is not https; anything else where they cannot
   * be found
   */
  async of(url: URL, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    if (url.protocol !== 'https:' && !this.allowInsecure) {
      throw new ForbiddenReceiver('the address of the receiver is not https');
    }
    // a URL has brought every spelling of an IPv4 address into one form, and has IPv6 in brackets
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const addresses = family
      ? [{ address: host, family }]
      : await unlessAborted(this.resolver.resolve(host), signal);
    if (addresses.length === 0) throw new Error('the name of the receiver has no address');
    if (!addresses.every(({ address }) => this.isAllowed(address))) {
      throw new ForbiddenReceiver('the address of the receiver is not public');
    }
    return addresses;
  }

  protected isAllowed(address: string): boolean {
    return this.allowInsecure || isPublicAddress(address);
  }
}

/** A look-up cannot be called off, but nobody has to wait for it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
