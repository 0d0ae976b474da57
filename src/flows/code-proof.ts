import { Inject, Injectable } from '@nestjs/common';
import { HumanCheck } from '../captcha/human-check.js';
import { ClientChallenge } from '../codes/client-challenge.js';
import { KnownDevices, type KnownDevice } from '../codes/known-devices.js';
import { OneTimeCodes, type ProvenCode } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { countedClient } from '../limits/client-address.js';
import { GuessGuard, type GuessTicket } from '../limits/guess-guard.js';
import { SendGuard } from '../limits/send-guard.js';
import type { CodePurpose } from '../options/code-purpose.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { FollowUp, RowAlong } from '../persistence/along.js';
import type { Row } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import type { ClientContext } from './client-context.js';
import { Decisions } from './decisions.js';
import { MessageFates } from './message-fates.js';
import { TestNumbers } from './test-numbers.js';

/** A code that somebody says he has received. */
export interface GivenCode {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
  readonly code: string;
  readonly client: ClientContext;
  /** Who must have asked for it, as it was given to {@link CodeMessenger}; left out, anybody. */
  readonly requestedBy?: string | undefined;
  /** Who learns that it has expired. @default 'anyone' */
  readonly expiryIsFor?: ExpiryIsFor | undefined;
  /** What is read in the same statement, where that can be. */
  readonly along?: RowAlong | undefined;
}

/**
 * Who is told that a code has expired: whoever is the first to try one (`anyone`), or only whoever gives the right one
 * (`holder`). For these an expired code goes on being charged and compared, within the guesses that it has left.
 *
 * @publicApi
 */
export type ExpiryIsFor = 'anyone' | 'holder';

/** The one way by which every flow has a code checked, so that all of them share the same limits (R14). */
@Injectable()
export class CodeProof {
  constructor(
    private readonly decisions: Decisions,
    private readonly codes: OneTimeCodes,
    private readonly challenges: ClientChallenge,
    private readonly devices: KnownDevices,
    private readonly guesses: GuessGuard,
    private readonly sends: SendGuard,
    private readonly human: HumanCheck,
    private readonly fates: MessageFates,
    private readonly testNumbers: TestNumbers,
    private readonly background: BackgroundTasks,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /**
   * Charges one guess and compares it. The code stays usable until {@link use}.
   *
   * @throws PhoneAuthError `INVALID_OTP`, `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`, `RATE_LIMITED`,
   * `PHONE_NUMBER_DISABLED`, `SERVICE_UNAVAILABLE`
   */
  async prove({
    purpose,
    phoneNumber,
    code,
    client,
    requestedBy,
    expiryIsFor,
    along,
  }: GivenCode): Promise<ProvenCode> {
    const { address } = countedClient(client.ipAddress, this.config.production);
    const id = this.boundId(purpose, phoneNumber, code, client);
    const challenge = this.challengeFor(client);
    const ticket = await this.guesses.charge(address);
    if (ticket.alarmed && challenge) await this.whileAlarmed(ticket, challenge);
    const holder = this.devices.read(client.deviceToken, phoneNumber) ?? '';
    const proven = await this.codes.prove({ purpose, phoneNumber }, code, {
      holder,
      id,
      expiredToo: expiryIsFor === 'holder',
      challenge,
      requestedBy,
      along,
    });
    this.background.run('A right code stays counted as a wrong one', () => this.guesses.giveBack(ticket));
    return proven;
  }

  /**
   * Uses the code up, which ends the number's row of failures. Exactly one caller anywhere gets through.
   *
   * @throws PhoneAuthError `INVALID_OTP` for everybody else
   */
  async use(proven: ProvenCode): Promise<void> {
    await this.codes.consume(proven);
    this.tellUsed(proven);
  }

  /** Whether there is {@link useWith}. */
  get takesFollowUps(): boolean {
    return this.codes.takesFollowUps;
  }

  /**
   * As {@link use}, and in the same statement what follows from it: all of it or nothing.
   *
   * @returns what the first change gives back, in columns that are all `null` where it was not made
   * @throws PhoneAuthError `INVALID_OTP`
   */
  async useWith(proven: ProvenCode, followUps: readonly [FollowUp, ...FollowUp[]]): Promise<Row> {
    const row = await this.codes.consumeWith(proven, followUps);
    this.tellUsed(proven);
    return row;
  }

  private tellUsed(proven: ProvenCode): void {
    const { purpose, phoneNumber, messages, isTest } = proven;
    this.decisions.tellVerified(purpose, phoneNumber);
    if (isTest) this.testNumbers.tell(phoneNumber, 'verify');
    else if (messages > 0) {
      this.background.run('A proven number makes no room for other messages', () => this.makeRoom(proven));
    }
  }

  private async makeRoom(proven: ProvenCode): Promise<void> {
    const { phoneNumber, holder, sentFrom, messages } = proven;
    // statistics may lack it, limits may not
    const provider = await this.fates.providerOf(proven).catch(() => '');
    const address = sentFrom || undefined;
    await this.sends.proven({ phoneNumber, address, messages, provider, trusted: holder !== '' });
  }

  /** What makes the device at hand a known one for the number that it has just proven (R15). */
  device({ phoneNumber }: ProvenCode, userId: string): KnownDevice | undefined {
    return this.devices.issue(phoneNumber, userId);
  }

  /** Only humans get a guess while somebody sprays them (R13). */
  private async whileAlarmed(ticket: GuessTicket, challenge: () => Promise<void>): Promise<void> {
    try {
      await challenge();
    } catch (error) {
      this.background.run('A guess that was not compared stays counted', () => this.guesses.forget(ticket));
      throw error;
    }
  }

  private challengeFor(client: ClientContext): (() => Promise<void>) | undefined {
    return this.human.isConfigured ? () => this.human.require(client, 'verify') : undefined;
  }

  /** With `bindToClient`: the code that the caller asked for. Whoever shows nothing is told what any wrong code is told. */
  private boundId(
    purpose: CodePurpose,
    phoneNumber: E164,
    code: string,
    client: ClientContext,
  ): string | undefined {
    if (!this.config.bindToClient) return undefined;
    const id = this.challenges.read(client.challenge, purpose, phoneNumber);
    if (id !== undefined) return id;
    this.codes.decoy({ purpose, phoneNumber }, code);
    throw new PhoneAuthError('INVALID_OTP');
  }
}
