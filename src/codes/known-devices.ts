import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { Clock } from '../runtime/clock.js';
import { DAY } from '../runtime/durations.js';
import { SignedToken } from '../runtime/signed-token.js';

/**
 * Devices that have proven a number carry a token which says so. It signs nobody in: it only has the device's wrong codes
 * and messages counted apart, so that a stranger who uses up the number's tries does not lock its owner out (R15).
 */
@Injectable()
export class KnownDevices {
  private readonly tokens: SignedToken;

  constructor(
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    this.tokens = new SignedToken(config, 'known-device');
  }

  /** What the devices of one owner are counted by, where the token was made for this number and is not over. */
  read(token: string | undefined, phoneNumber: E164): string | undefined {
    const [id, until] = this.tokens.read(token, [phoneNumber]) ?? [];
    return Number(until) > this.clock.now() ? id : undefined;
  }

  /**
   * A token for the device at hand. All devices of one owner are counted as one, so that an owner of long ago has one share
   * of tries and messages, however often he signed in. `undefined` where the host wants no tokens.
   */
  issue(phoneNumber: E164, userId: string): KnownDevice | undefined {
    const { knownDevice } = this.config.limits;
    if (knownDevice === 0) return undefined;
    const until = this.clock.now() + knownDevice * DAY;
    const id = createHash('sha256').update(`${phoneNumber}\u001f${userId}`).digest('hex').slice(0, 32);
    return { token: this.tokens.sign([id, String(until)], [phoneNumber]), maxAge: knownDevice * 86_400 };
  }
}

/** A token for a device, and the seconds for which it is good. */
export interface KnownDevice {
  readonly token: string;
  readonly maxAge: number;
}
