import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { CodePurpose } from '../options/code-purpose.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { Queryable } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { CodeMac } from './code-mac.js';
import { CodeStore } from './code-store.js';
import type { CodeKey } from './code-table.js';
import type { ChargedCode } from './guess-counter.js';

/** A code that was made and stored, on its way to a phone. */
export interface IssuedCode extends CodeKey {
  readonly id: string;
  readonly code: string;
}

/** The right code was given and has not been used up yet. */
export interface ProvenCode extends CodeKey {
  readonly id: string;
  readonly requestedBy: string | null;
}

/**
 * The life of a one-time code. Order matters and is the whole point: a guess is charged and committed before it is
 * compared, so that no crash, rollback or race gives one away (I1); the code is used up by compare-and-set, so that it
 * works once (I2).
 */
@Injectable()
export class OneTimeCodes {
  private readonly shape: RegExp;

  constructor(
    private readonly store: CodeStore,
    private readonly mac: CodeMac,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {
    // a provider that checks codes itself also decides how long they are
    this.shape = config.verifyOTP ? /^[0-9]{4,10}$/ : new RegExp(`^[0-9]{${config.otpLength}}$`);
  }

  /** Makes the code for a number. The earlier one is dead from here on, unless {@link withdraw} brings it back. */
  async issue(
    purpose: CodePurpose,
    phoneNumber: E164,
    requestedBy: string | null = null,
  ): Promise<IssuedCode> {
    const id = this.random.id();
    const code = this.random.digits(this.config.otpLength);
    const mac = this.mac.of(code, { purpose, phoneNumber, id });
    const expiresAt = this.clock.now() + this.config.expiresIn * 1_000;
    await this.store.put({ purpose, phoneNumber, id, mac, expiresAt, requestedBy });
    return { purpose, phoneNumber, id, code };
  }

  /** The message could not be sent: the code that it carried is void, and the one before it is good again. */
  async withdraw({ purpose, phoneNumber, id }: IssuedCode): Promise<void> {
    await this.store.withdraw({ purpose, phoneNumber }, id);
  }

  /**
   * The digits of a code, without the blanks and dashes that people type or paste along.
   *
   * @throws PhoneAuthError `VALIDATION_ERROR` for what cannot be a code; nothing is charged for it (R7)
   */
  normalize(code: string, field = 'code'): string {
    const digits = code.replace(/[ -]/g, '');
    if (this.shape.test(digits)) return digits;
    const allowed = this.config.verifyOTP ? '4 to 10' : this.config.otpLength;
    throw new PhoneAuthError('VALIDATION_ERROR', { message: `[body.${field}] must be ${allowed} digits` });
  }

  /**
   * Charges one guess and compares it. The code stays usable: what else has to hold is checked between this and
   * {@link consume}.
   *
   * @throws PhoneAuthError `INVALID_OTP`, `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`
   */
  async prove(key: CodeKey, code: string): Promise<ProvenCode> {
    const { allowedAttempts } = this.config;
    const charged = await this.store.charge(key, allowedAttempts, this.clock.now());
    if (!charged) {
      this.mac.decoy(code, key.purpose, key.phoneNumber);
      throw new PhoneAuthError(await this.whyNothingToProve(key));
    }
    if (!(await this.isRight(charged, key, code))) {
      throw new PhoneAuthError('INVALID_OTP', { attemptsRemaining: allowedAttempts - charged.attempts });
    }
    return { ...key, id: charged.id, requestedBy: charged.requestedBy };
  }

  /**
   * Uses the code up. Exactly one caller anywhere gets through.
   *
   * @throws PhoneAuthError `INVALID_OTP` for everybody else
   */
  async consume({ purpose, phoneNumber, id }: ProvenCode): Promise<void> {
    if (!(await this.store.remove({ purpose, phoneNumber }, id))) throw new PhoneAuthError('INVALID_OTP');
  }

  /** Ends every open code of a number, whatever it was for. */
  discard(phoneNumber: E164, within?: Queryable): Promise<void> {
    return this.store.removeAll(phoneNumber, within);
  }

  private async isRight({ mac, id }: ChargedCode, key: CodeKey, code: string): Promise<boolean> {
    const { verifyOTP } = this.config;
    if (verifyOTP) {
      const answer: unknown = await verifyOTP({ phoneNumber: key.phoneNumber, code });
      return answer === true; // whatever else comes back is no yes (R8)
    }
    return this.mac.matches(mac, code, { ...key, id });
  }

  private async whyNothingToProve(key: CodeKey) {
    const why = await this.store.retire(key, this.config.allowedAttempts, this.clock.now());
    if (why === undefined) return 'OTP_NOT_FOUND';
    return why === 'expired' ? 'OTP_EXPIRED' : 'TOO_MANY_ATTEMPTS';
  }
}
