import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** Finds the addresses of a name. */
export abstract class HostResolver {
  abstract resolve(host: string): Promise<readonly LookupAddress[]>;
}

/** As everything else on this machine does: the default. */
@Injectable()
export class SystemHostResolver extends HostResolver {
  override resolve(host: string): Promise<LookupAddress[]> {
    return lookup(host, { all: true });
  }
}
