import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Events } from '../events/events.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { LiveSettings } from '../options/live-settings.js';
import type { FollowUp, RowAlong } from '../persistence/along.js';
import type { Queryable, Row } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { isDecoyNumber } from '../phone/decoy-number.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Clock } from '../runtime/clock.js';
import { RandomSource } from '../runtime/random-source.js';
import { CodeMac } from './code-mac.js';
import type { ChargedCode, Guess, LedgerKey, NewCode, ResentCode } from './code-statements.js';
import { CodeStore } from './code-store.js';
import type { CodeKey } from './code-table.js';
import { CodeVerifier } from './code-verifier.js';
import { Ledger } from './ledger.js';
import { guessLock, type Lock, sendLock } from './ledger-locks.js';
import { SAME_REQUEST } from './ledger-sql.js';
import { SealedCodes } from './sealed-codes.js';

/** A code that is wanted. */
export interface CodeRequest extends CodeKey, LedgerKey {
  readonly requestedBy: string | null;
  /** The client address that its message is counted by, or empty. */
  readonly sentFrom: string;
  readonly idempotencyKey: string | undefined;
  /** Id of the code that the client asked for before, where it shows that. */
  readonly askedFor: string | undefined;
  /** Whether the code may have to be sent once more without being asked for. */
  readonly sealed: boolean;
  /** What is read in the same statement, where that can be. */
  readonly along?: RowAlong | undefined;
}

/** A code that was made and stored, on its way to a phone. */
export interface IssuedCode extends CodeKey, LedgerKey {
  readonly id: string;
  /** Of the message that carries it: the code's own where that is the first. */
  readonly messageId: string;
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
  /** What was read along with it. */
  readonly along?: Row | undefined;
}

/** How a guess is counted, beside its number and purpose. */
export interface GuessContext extends Pick<Guess, 'holder' | 'id' | 'expiredToo' | 'along'> {
  /** Asks for a CAPTCHA, which lifts the limit of the hour (R10); `undefined` where none is set up. */
  readonly challenge: (() => Promise<void>) | undefined;
  /** Only a code that this one asked for is right (R44); left out, whoever asked. */
  readonly requestedBy?: string | undefined;
}

/** The right code was given and has not been used up yet. */
export interface ProvenCode extends CodeKey, LedgerKey {
  readonly id: string;
  /** Id of the last message that carried it. */
  readonly messageId: string;
  /** Messages since a code of the number was last used, and the address that the last one was counted by. */
  readonly messages: number;
  readonly sentFrom: string;
  readonly isTest: boolean;
  /** What was read along with it. */
  readonly along?: Row | undefined;
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
    private readonly copies: SealedCodes,
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
   * Makes the code for a number, or takes the one that is open (`sameCodeOnResend`). An earlier one is dead from here on,
   * unless {@link withdraw} brings it back.
   *
   * @throws PhoneAuthError `RATE_LIMITED`, `PHONE_NUMBER_DISABLED`
   */
  async issue(request: CodeRequest): Promise<IssuedCode> {
    const { purpose, phoneNumber, holder, sentFrom, askedFor, along } = request;
    const now = this.clock.now();
    const messageId = this.random.id();
    const sendKey = keyOf(request);
    const fixed = this.testCode(phoneNumber);
    const code = fixed ?? this.random.digits(this.config.otpLength);
    const made = this.newCode(request, messageId, code, now);

    const slot = await this.store.put(
      made,
      { holder, now, sentFrom, sendKey, messageId, along },
      this.copies.toResend(askedFor, now),
    );
    const issued = { purpose, phoneNumber, holder, messageId, isTest: fixed !== undefined };
    if (!slot) {
      const before = await this.repeatedOrRefused(request, sendKey, now);
      return { ...issued, code, ...before, repeated: true };
    }
    const { nextSendAt, sendsInARow, resent } = slot;
    const carried = (resent && this.opened(resent, request)) ?? {
      id: made.id,
      code,
      expiresAt: made.expiresAt,
    };
    // a copy that no secret opens any more is of a code that no secret checks any more
    if (resent && carried.id === made.id) await this.store.replace(made);
    return {
      ...issued,
      id: carried.id,
      code: carried.code,
      expiresIn: Math.floor((carried.expiresAt - now) / 1_000),
      resendAfter: seconds(nextSendAt - now),
      sendsInARow,
      along: slot.along,
      repeated: false,
    };
  }

  /**
   * The message could not be sent: the code that it carried is void, and the one before it is good again. What another
   * message carried before stays good.
   */
  async withdraw({ purpose, phoneNumber, holder, id, messageId }: IssuedCode): Promise<void> {
    if (id === messageId) await this.store.withdraw({ purpose, phoneNumber }, id);
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
    const { id, messageId, messages, sentFrom, along } = charged;
    const isTest = this.testCode(key.phoneNumber) !== undefined;
    return { ...key, id, messageId, messages, sentFrom, isTest, holder: guess.holder, along };
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

  /** Whether what follows from the use of a code can be written with it: {@link consumeWith}. */
  get takesFollowUps(): boolean {
    return this.store.takesFollowUps;
  }

  /**
   * As {@link consume}, and in the same statement what follows from it: all of it or nothing.
   *
   * @returns what the first change gives back, in columns that are all `null` where it was not made
   * @throws PhoneAuthError `INVALID_OTP`
   */
  async consumeWith(
    { purpose, phoneNumber, holder, id }: ProvenCode,
    followUps: readonly [FollowUp, ...FollowUp[]],
  ): Promise<Row> {
    const row = await this.store.useWith({ purpose, phoneNumber, holder }, id, followUps);
    if (!row) throw new PhoneAuthError('INVALID_OTP');
    return row;
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
    if (!guesses || failuresInARow < guesses.inARow || isDecoyNumber(phoneNumber)) return;
    const country = this.numbers.countryOf(phoneNumber);
    this.events.emit({ type: 'number.disabled', phoneNumber: maskPhoneNumber(phoneNumber), country });
  }

  private newCode(request: CodeRequest, id: string, code: string, now: number): NewCode {
    const { purpose, phoneNumber, requestedBy, sealed } = request;
    const binding = { purpose, phoneNumber, id };
    const isSealed = sealed || this.config.sameCodeOnResend;
    return {
      ...binding,
      requestedBy,
      mac: this.mac.of(code, binding),
      expiresAt: now + this.settings.phoneNumber.expiresIn * 1_000,
      sealed: isSealed ? this.copies.seal(code, binding) : null,
    };
  }

  private opened({ id, sealed, expiresAt }: ResentCode, { purpose, phoneNumber }: CodeKey) {
    const code = this.copies.open(sealed, { purpose, phoneNumber, id });
    return code === undefined ? undefined : { id, code, expiresAt };
  }

  private testCode(phoneNumber: E164): string | undefined {
    const { codes, until } = this.config.testNumbers;
    return this.clock.now() < until ? codes.get(phoneNumber) : undefined;
  }

  private async isRight({ mac, id }: ChargedCode, key: CodeKey, code: string): Promise<boolean> {
    const { phoneNumber, purpose } = key;
    if (this.verifier && this.testCode(phoneNumber) === undefined && !isDecoyNumber(phoneNumber)) {
      const answer: unknown = await this.verifier.check({ phoneNumber, code, purpose });
      return answer === true; // whatever else comes back is no yes (R8)
    }
    return this.mac.matches(mac, code, { ...key, id });
  }

  /** The message of a moment ago where the request is the same one, as a client repeats it whose answer got lost (R35). */
  private async repeatedOrRefused(request: CodeRequest, sendKey: string, now: number) {
    const state = await this.ledger.read(request);
    if (sendKey && state?.sendKey === sendKey && now - state.sentAt < SAME_REQUEST) {
      // another code may still stand there while the one of that message is being written
      const code = await this.store.carriedBy(state.messageId, request);
      if (code) {
        return {
          id: code.id,
          messageId: state.messageId,
          expiresIn: Math.max(0, Math.floor((code.expiresAt - now) / 1_000)),
          sendsInARow: state.sendsInARow,
          resendAfter: seconds(state.nextSendAt - now),
        };
      }
      throw refusal({ retryAfter: seconds(state.sentAt + SAME_REQUEST - now), limit: 'number-delay' });
    }
    // what refused may be over by now: then the next request gets through
    throw refusal(
      (state && sendLock(this.ledger.limits, state, now)) ?? { retryAfter: 1, limit: 'number-delay' },
    );
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
  return new PhoneAuthError('RATE_LIMITED', lock);
}
