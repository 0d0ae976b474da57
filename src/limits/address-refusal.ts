import { Inject, Injectable, Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { countRefusedRequest } from '../events/metrics.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { NoTelemetry, Telemetry } from '../runtime/telemetry.js';
import { isLocalAddress } from './client-address.js';

/** A limit by client address, and the name that clients know it by. */
export interface AddressLimit {
  readonly name: 'address' | 'address-messages' | 'address-guesses';
  readonly limit: number;
  /** Length of the window, in milliseconds. */
  readonly window: number;
}

/** What a client is told whose own address has used up a limit: all of it, since it is about nobody else (R60). */
@Injectable()
export class AddressRefusal {
  private readonly logger = new Logger('PhoneAuth');
  private isTold = false;

  constructor(
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
    private readonly telemetry: Telemetry = new NoTelemetry(),
  ) {}

  /** @param address as `clientAddress` gives it */
  error(address: string, { name, limit, window }: AddressLimit, retryAfter: number): PhoneAuthError {
    this.watch(address);
    const policy = { name, quota: limit, window: Math.round(window / 1_000) };
    return new PhoneAuthError('RATE_LIMITED', { retryAfter, policy, limit: name });
  }

  /** Counts a request that is turned away before a flow sees it. */
  count(limit: 'address' | 'number'): void {
    countRefusedRequest(this.telemetry, limit);
  }

  /** Behind a proxy that the framework was not told of, everybody has the proxy's address, and one limit for all. */
  private watch(address: string): void {
    if (this.isTold || !this.config.production || !isLocalAddress(address)) return;
    this.isTold = true;
    this.logger.warn(
      `A limit per client address refused ${address}, which is no address of the internet: all clients seem to share the ` +
        "one of a proxy. Tell the framework of it: app.set('trust proxy', 1) with Express, trustProxy with Fastify. This " +
        'is said once.',
    );
  }
}
