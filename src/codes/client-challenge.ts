import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { E164 } from '../phone/e164.js';
import type { CodeKey } from './code-table.js';
import { Clock } from '../runtime/clock.js';
import { SignedToken } from '../runtime/signed-token.js';

/** What a challenge says of the message that was asked for. */
export interface AskedMessage {
  readonly id: string;
  readonly issuedAt: number;
  /** Whether it may be one that nobody is sent. */
  readonly mayBeDecoy: boolean;
}

/** A code, and the message that carries it. */
export interface CarriedCode extends CodeKey {
  readonly id: string;
  readonly messageId: string;
}

const DECOYS = { never: 'm', perhaps: 'd' };

/**
 * What the client that asked for a code gets: the code's id under a MAC of 256 bits. With it, it learns what became of the
 * message; with `bindToClient`, it has to show it with the code (R43), and without it no guess is counted, so that nobody
 * else can burn the tries. Nothing of it is stored.
 *
 * Inside is a second MAC, over the id, the purpose and the number: so it can be read without the number, does not tell it,
 * and is good for no other.
 */
@Injectable()
export class ClientChallenge {
  private readonly tokens: SignedToken;

  constructor(
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
    private readonly clock: Clock,
  ) {
    this.tokens = new SignedToken(config, 'challenge');
  }

  of({ id, messageId, purpose, phoneNumber }: CarriedCode, mayBeDecoy: boolean): string {
    const bound = this.tokens.sign([id], [purpose, phoneNumber]).split('.');
    const decoys = mayBeDecoy ? DECOYS.perhaps : DECOYS.never;
    // the first message with a code has the code's own id
    const later = messageId === id ? [] : [messageId];
    return this.tokens.sign([...bound, this.clock.now().toString(36), decoys, ...later], []);
  }

  /** What a challenge says, whoever shows it. */
  open(token: string | undefined): AskedMessage | undefined {
    const [id, , issuedAt, decoys, later] = this.tokens.read(token, []) ?? [];
    if (id === undefined || issuedAt === undefined) return undefined;
    return {
      id: later ?? id,
      issuedAt: Number.parseInt(issuedAt, 36),
      mayBeDecoy: decoys === DECOYS.perhaps,
    };
  }

  /** The id of the code that a challenge stands for, if it is one of this purpose and number. */
  read(token: string | undefined, purpose: CodePurpose, phoneNumber: E164): string | undefined {
    const [id = '', bound = ''] = this.tokens.read(token, []) ?? [];
    return this.tokens.read(`${id}.${bound}`, [purpose, phoneNumber])?.[0];
  }
}
