import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import { SignedToken } from '../runtime/signed-token.js';

/**
 * With `bindToClient`, what the client that asked for a code gets, and has to show with it (R43): the code's id under a
 * MAC of 256 bits. Nothing of it is stored, and without it no guess is counted, so that nobody else can burn the tries.
 */
@Injectable()
export class ClientChallenge {
  private readonly tokens: SignedToken;

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    this.tokens = new SignedToken(config, 'challenge');
  }

  of(id: string, purpose: CodePurpose, phoneNumber: E164): string {
    return this.tokens.sign([id], [purpose, phoneNumber]);
  }

  /** The id of the code that a challenge stands for. */
  read(token: string | undefined, purpose: CodePurpose, phoneNumber: E164): string | undefined {
    return this.tokens.read(token, [purpose, phoneNumber])?.[0];
  }
}
