import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Events } from '../events/events.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings } from '../options/live-settings.js';
import type { Queryable } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { CodeMac } from './code-mac.js';
import type { ChargedCode, Guess, LedgerKey } from './code-statements.js';
import { CodeStore } from './code-store.js';
import type { CodeKey } from './code-table.js';
import { CodeVerifier } from './code-verifier.js';
import { Ledger } from './ledger.js';
import { guessLock, type Lock, sendLock } from './ledger-locks.js';
import { SAME_REQUEST } from './ledger-sql.js';

/** A code that is wanted. */
export interface CodeRequest extends CodeKey, LedgerKey {
  readonly requestedBy: string | null;
  /** The client address that its message is counted by, or empty. */
  readonly sentFrom: string;
  readonly idempotencyKey: string | undefined;
}

/** A code that was made and stored, on its way to a phone. */
export interface IssuedCode extends CodeKey, LedgerKey {
  readonly id: string;
  readonly code: string;
  /** Seconds for which it is good. */
  readonly expiresIn: number;
  /** Seconds to wait before another message to the number goes out. */
  readonly resendAfter: number;
  /** Messages to the number since a code was last used, this one included. */
  readonly sendsInARow: number;
  /** The request was made before, under the same key: its message is on its way already. */
  readonly repeated: boolean;
  /** The number is a test number, and nothing is sent to it. */
  readonly isTest: boolean;
}

/** How a guess is counted, beside its number and purpose. */
export interface GuessContext extends Pick<Guess, 'holder' | 'id' | 'expiredToo'> {
  /** Asks for a CAPTCHA, which lifts the limit of the hour (R10); `undefined` where none is set up. */
  readonly challenge: (() => Promise<void>) | undefined;
  /** Only a code that this one asked for is right (R44); left out, whoever asked. */
  readonly requestedBy?: string | undefined;
}

/** The right code was given and has not been used up yet. */
export interface ProvenCode extends CodeKey, LedgerKey {
  readonly id: string;
  /** Messages since a code of the number was last used, and the address that the last one was counted by. */
  readonly messages: number;
  readonly sentFrom: string;
  readonly isTest: boolean;
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
    private readonly ledger: Ledger,
    private readonly mac: CodeMac,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    private readonly events: Events,
    private readonly numbers: PhoneNumbers,
    private readonly settings: LiveSettings,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
    @Inject(CodeVerifier) private readonly verifier: CodeVerifier | null,
  ) {
    // a provider that checks codes itself also decides how long they are
    this.shape = verifier ? /^[0-9]{4,10}$/ : new RegExp(`^[0-9]{${config.otpLength}}$`);
  }

  /**
   * Makes the code for a number. The earlier one is dead from here on, unless {@link withdraw} brings it back.
   *
   * @throws PhoneAuthError `RATE_LIMITED`, `PHONE_NUMBER_DISABLED`
   */
  async issue(request: CodeRequest): Promise<IssuedCode> {
    const { purpose, phoneNumber, holder, requestedBy, sentFrom } = request;
    const now = this.clock.now();
    const id = this.random.id();
    const fixed = this.testCode(phoneNumber);
    const code = fixed ?? this.random.digits(this.config.otpLength);
    const mac = this.mac.of(code, { purpose, phoneNumber, id });
    const { expiresIn } = this.settings.phoneNumber;
    const expiresAt = now + expiresIn * 1_000;
    const sendKey = keyOf(request);

    const slot = await this.store.put(
      { purpose, phoneNumber, id, mac, expiresAt, sentAt: now, requestedBy },
      { holder, now, sentFrom, sendKey },
    );
    const isTest = fixed !== undefined;
    const issued = { purpose, phoneNumber, holder, id, code, expiresIn, isTest, repeated: false };
    if (slot) {
      const { nextSendAt, sendsInARow } = slot;
      return { ...issued, resendAfter: seconds(nextSendAt - now), sendsInARow };
    }
    return { ...issued, ...(await this.repeatedOrRefused(request, sendKey, now)), repeated: true };
  }

  /** The message could not be sent: the code that it carried is void, and the one before it is good again. */
  async withdraw({ purpose, phoneNumber, holder, id }: IssuedCode): Promise<void> {
    await this.store.withdraw({ purpose, phoneNumber }, id);
    if (this.ledger.limits.isOn) await this.ledger.withdrawSend({ phoneNumber, holder });
  }

  /**
   * The digits of a code, without the blanks and dashes that people type or paste along.
   *
   * @throws PhoneAuthError `VALIDATION_ERROR` for what cannot be a code; nothing is charged for it (R7)
   */
  normalize(code: string, field = 'code'): string {
    const digits = code.replace(/[ -]/g, '');
    if (this.shape.test(digits)) return digits;
    const allowed = this.verifier ? '4 to 10' : this.config.otpLength;
    throw new PhoneAuthError('VALIDATION_ERROR', { message: `[body.${field}] must be ${allowed} digits` });
  }

  /**
   * Charges one guess and compares it. The code stays usable: what else has to hold is checked between this and
   * {@link consume}. With `expiredToo` only the right code is told that it has expired; without it, whoever asks first.
   *
   * @throws PhoneAuthError `INVALID_OTP`, `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`, `RATE_LIMITED`,
   * `PHONE_NUMBER_DISABLED`
   */
  async prove(
    key: CodeKey,
    code: string,
    { challenge, requestedBy, ...counted }: GuessContext,
  ): Promise<ProvenCode> {
    const guess: Guess = { ...key, ...counted, now: this.clock.now(), human: false };
    const charged = await this.charge(guess, code, challenge);
    const isRight = await this.isRight(charged, key, code);
    const mayUse = requestedBy === undefined || requestedBy === charged.requestedBy;
    // somebody else's code is a wrong code, told in the same words
    if (!isRight || !mayUse) {
      this.watch(key.phoneNumber, charged);
      const attemptsRemaining = Math.max(0, this.ledger.limits.allowedAttempts - charged.attempts);
      throw new PhoneAuthError('INVALID_OTP', { attemptsRemaining });
    }
    if (charged.expiresAt <= guess.now) throw new PhoneAuthError('OTP_EXPIRED');
    const { id, messages, sentFrom } = charged;
    const isTest = this.testCode(key.phoneNumber) !== undefined;
    return { ...key, id, messages, sentFrom, isTest, holder: guess.holder };
  }

  /**
   * Uses the code up. Exactly one caller anywhere gets through.
   *
   * @throws PhoneAuthError `INVALID_OTP` for everybody else
   */
  async consume({ purpose, phoneNumber, holder, id }: ProvenCode): Promise<void> {
    if (!(await this.store.use({ purpose, phoneNumber, holder }, id)))
      throw new PhoneAuthError('INVALID_OTP');
  }

  /** Costs what comparing costs, where there is nothing to compare with (R6). */
  decoy({ purpose, phoneNumber }: CodeKey, code: string): void {
    this.mac.decoy(code, purpose, phoneNumber);
  }

  /** Ends every open code of a number, whatever it was for. */
  discard(phoneNumber: E164, within?: Queryable): Promise<void> {
    return this.store.removeAll(phoneNumber, within);
  }

  /** @throws PhoneAuthError where there is nothing to guess at */
  private async charge(
    guess: Guess,
    code: string,
    challenge: GuessContext['challenge'],
  ): Promise<ChargedCode> {
    const charged = await this.store.charge(guess);
    if (charged) return charged;

    this.decoy(guess, code);
    const { limits } = this.ledger;
    const state = limits.guesses && (await this.ledger.read(guess));
    const lock = state && guessLock(limits, state, guess.now, challenge !== undefined);
    if (lock) throw refusal(lock);

    const isLifted = state && challenge && guessLock(limits, state, guess.now, false);
    if (isLifted) {
      await challenge();
      const again = await this.store.charge({ ...guess, human: true });
      if (again) return again;
    }
    throw new PhoneAuthError(guess.expiredToo ? 'OTP_NOT_FOUND' : await this.whyNothingToProve(guess));
  }

  private watch(phoneNumber: E164, { failuresInARow }: ChargedCode): void {
    const { guesses } = this.ledger.limits;
    if (!guesses || failuresInARow < guesses.inARow) return;
    const country = this.numbers.countryOf(phoneNumber);
    this.events.emit({ type: 'number.disabled', phoneNumber: maskPhoneNumber(phoneNumber), country });
  }

  private testCode(phoneNumber: E164): string | undefined {
    const { codes, until } = this.config.testNumbers;
    return this.clock.now() < until ? codes.get(phoneNumber) : undefined;
  }

  private async isRight({ mac, id }: ChargedCode, key: CodeKey, code: string): Promise<boolean> {
    const { phoneNumber, purpose } = key;
    if (this.verifier && this.testCode(phoneNumber) === undefined) {
      const answer: unknown = await this.verifier.check({ phoneNumber, code, purpose });
      return answer === true; // whatever else comes back is no yes (R8)
    }
    return this.mac.matches(mac, code, { ...key, id });
  }

  /** The message of a moment ago where the request is the same one, as a client repeats it whose answer got lost (R35). */
  private async repeatedOrRefused(request: CodeRequest, sendKey: string, now: number) {
    const state = await this.ledger.read(request);
    if (sendKey && state?.sendKey === sendKey && now - state.sentAt < SAME_REQUEST) {
      // by its moment it is told from the code before it, which may still stand there while this one is being written
      const code = await this.store.sentAt(request, state.sentAt);
      if (code) {
        const { id, expiresAt } = code;
        const expiresIn = seconds(expiresAt - state.sentAt);
        return {
          id,
          expiresIn,
          sendsInARow: state.sendsInARow,
          resendAfter: seconds(state.nextSendAt - now),
        };
      }
      throw refusal({ retryAfter: seconds(state.sentAt + SAME_REQUEST - now) });
    }
    // what refused may be over by now: then the next request gets through
    throw refusal((state && sendLock(this.ledger.limits, state, now)) ?? { retryAfter: 1 });
  }

  private async whyNothingToProve(guess: Guess) {
    const why = await this.store.retire(guess, this.ledger.limits.allowedAttempts, this.clock.now());
    if (why === undefined) return 'OTP_NOT_FOUND';
    return why === 'expired' ? 'OTP_EXPIRED' : 'TOO_MANY_ATTEMPTS';
  }
}

const seconds = (milliseconds: number): number => Math.max(0, Math.ceil(milliseconds / 1_000));

/** What somebody else asks for is another request, whatever he calls it. */
function keyOf({ purpose, requestedBy, idempotencyKey }: CodeRequest): string {
  if (idempotencyKey === undefined) return '';
  return createHash('sha256')
    .update([purpose, requestedBy ?? '', idempotencyKey].join('\u001f'))
    .digest('hex');
}

function refusal(lock: Lock): PhoneAuthError {
  if ('disabled' in lock) return new PhoneAuthError('PHONE_NUMBER_DISABLED');
  return new PhoneAuthError('RATE_LIMITED', { retryAfter: lock.retryAfter });
}
