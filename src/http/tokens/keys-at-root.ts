import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PublicKeys } from '../../flows/public-keys.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import { KEYS_MAX_AGE } from './token.controller.js';

/**
 * The public keys at the root of the origin, where a receiver looks that cuts the path off (S5.27). No global prefix applies
 * there, so the adapter is asked and not a controller.
 */
@Injectable()
export class KeysAtRoot {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly keys: PublicKeys,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  install(): void {
    if (!this.config.webhooks.keysAtRoot) return;
    const { httpAdapter } = this.adapterHost;
    httpAdapter.get('/.well-known/jwks.json', (_request: unknown, response: unknown) => {
      httpAdapter.setHeader(response, 'Cache-Control', KEYS_MAX_AGE);
      return httpAdapter.reply(response, { keys: this.keys.all }, 200);
    });
  }
}
