import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings } from '../options/live-settings.js';
import { Clock } from '../runtime/clock.js';
import { MOUNT_PATH } from '../runtime/mount-path.js';
import { SealedText } from '../runtime/sealed-text.js';
import type { CarriedCode } from './client-challenge.js';
import type { CodeBinding } from './code-mac.js';
import type { CodeToResend } from './code-statements.js';
import { CodeStore } from './code-store.js';

/** Seconds that a code has to be good for when it is sent: the least that its text can say, which counts in minutes. */
const ENOUGH = 60;

/** A code that can still be used. */
export interface LiveCode {
  readonly code: string;
  /** Seconds for which it is good. */
  readonly expiresIn: number;
}

/**
 * Codes that may have to be sent once more, encrypted beside their MAC: for a resend (`sameCodeOnResend`), and for the next
 * provider where one could not deliver. Whoever has the table alone has no code.
 */
@Injectable()
export class SealedCodes {
  private readonly copies: SealedText;

  constructor(
    private readonly store: CodeStore,
    private readonly clock: Clock,
    private readonly settings: LiveSettings,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
    @Inject(MOUNT_PATH) private readonly path: string,
  ) {
    this.copies = new SealedText(config, 'sealed-code');
  }

  seal(code: string, binding: CodeBinding): string {
    return this.copies.seal(code, this.parts(binding));
  }

  /** `undefined` where it is no code's of ours, under any of the secrets. */
  open(sealed: string, binding: CodeBinding): string | undefined {
    return this.copies.open(sealed, this.parts(binding));
  }

  /** A code that a message carries, while no later message does and it is worth another one. */
  async find({ id, messageId, purpose, phoneNumber }: CarriedCode): Promise<LiveCode | undefined> {
    const now = this.clock.now();
    const seen = await this.store.carriedBy(messageId, { purpose, phoneNumber });
    if (!seen?.sealed || seen.id !== id || seen.expiresAt < this.worthSending(now)) return undefined;
    if (seen.attempts >= this.settings.phoneNumber.allowedAttempts) return undefined;
    const code = this.open(seen.sealed, { purpose, phoneNumber, id });
    return code === undefined ? undefined : { code, expiresIn: Math.floor((seen.expiresAt - now) / 1_000) };
  }

  /** The earliest end of a code that is worth a message: a minute from now, or half a life of less than two. */
  worthSending(now: number): number {
    return now + Math.min(ENOUGH, this.settings.phoneNumber.expiresIn / 2) * 1_000;
  }

  /**
   * Which code a resend would send again; `undefined`: it makes a new one.
   *
   * @param askedFor with `bindToClient`: the code that this client asked for. It works for no other client, so to another
   * one it is not sent
   */
  toResend(askedFor: string | undefined, now: number): CodeToResend | undefined {
    const { sameCodeOnResend, bindToClient } = this.config;
    if (!sameCodeOnResend || (bindToClient && askedFor === undefined)) return undefined;
    return { endsFrom: this.worthSending(now), id: bindToClient ? askedFor : undefined };
  }

  /** Another instance does not open it, as it would not take the code either (A20). */
  private parts({ purpose, phoneNumber, id }: CodeBinding): string[] {
    return [this.path, purpose, phoneNumber, id];
  }
}
