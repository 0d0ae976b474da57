import { Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { MessageChannel } from '../options/options.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { Sessions } from '../sessions/sessions.js';
import { type Ticket, TICKET_LIFETIME, Tickets } from '../sessions/tickets.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { verifiedNumberOf } from '../users/verified-number.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { CodeMessenger } from './code-messenger.js';
import { CodeProof } from './code-proof.js';
import { codeRequest, signIn } from './decision-list.js';
import { Decisions } from './decisions.js';
import type { SendOtpResult } from './send-code.flow.js';
import type { SignInResult } from './sign-in.flow.js';
import { TokenPairs } from './token-pairs.js';

/**
 * The first factor was right, and nobody is signed in yet: a code has to follow.
 *
 * @publicApi
 */
export interface SecondFactorPending {
  readonly requiresTwoFactor: true;
  /** Shows that the first factor was right. It is no session, and works once (R49). */
  readonly tempToken: string;
  readonly available2faMethods: readonly ['sms'];
  /** Where the code will go: all but the first and the last two characters hidden. */
  readonly maskedPhoneNumber: string;
  /** Seconds for which the temp token is good. */
  readonly expiresIn: number;
}

/** @publicApi */
export interface SecondFactorStart {
  /** Keep the session when the browser closes. @default true */
  readonly rememberMe?: boolean | undefined;
}

/** @publicApi */
export interface SecondFactorCodeRequest extends ClientContext {
  readonly tempToken: string;
  /** How the code shall reach the phone, see `channels`. @default 'sms' */
  readonly channel?: MessageChannel | undefined;
}

/** @publicApi */
export interface SecondFactorCodeResult extends SendOtpResult {
  /** Where the code goes: all but the first and the last two characters hidden. */
  readonly maskedPhoneNumber: string;
}

/** @publicApi */
export interface SecondFactorRequest extends ClientContext {
  readonly tempToken: string;
  readonly code: string;
}

const SEND_CODE = codeRequest('send_second_factor', 'second-factor');
const SIGN_IN = signIn('second_factor', 'mfa');

/** A ticket that is good, and whom it lets on. */
interface OpenSignIn {
  readonly ticket: Ticket;
  readonly user: PhoneUser;
  readonly phoneNumber: E164;
}

/**
 * The second half of a sign-in. Between the halves there is a ticket and no session; everything about the user comes from
 * the ticket, and nothing from the client (R43).
 */
@Injectable()
export class SecondFactorFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly tickets: Tickets,
    private readonly users: PhoneUserStore,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly messenger: CodeMessenger,
    private readonly codes: OneTimeCodes,
    private readonly proof: CodeProof,
    private readonly sessions: Sessions,
    private readonly pairs: TokenPairs,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
  ) {}

  /**
   * For whoever has checked a first factor. Sends nothing yet.
   *
   * @throws PhoneAuthError `SECOND_FACTOR_NOT_AVAILABLE` without a verified number
   */
  async start(userId: string, start: SecondFactorStart = {}): Promise<SecondFactorPending> {
    return this.startFor(await this.users.findById(userId), start);
  }

  /** As {@link start}, where the user was read already. */
  async startFor(
    user: PhoneUser | null,
    { rememberMe = true }: SecondFactorStart,
  ): Promise<SecondFactorPending> {
    if (!user) throw new PhoneAuthError('SECOND_FACTOR_NOT_AVAILABLE');
    const phoneNumber = factorOf(user);
    return {
      requiresTwoFactor: true,
      tempToken: await this.tickets.issue({ userId: user.id, remembered: rememberMe }),
      available2faMethods: ['sms'],
      maskedPhoneNumber: maskPhoneNumber(phoneNumber),
      expiresIn: TICKET_LIFETIME,
    };
  }

  send(request: SecondFactorCodeRequest): Promise<SecondFactorCodeResult> {
    return this.decisions.watch(SEND_CODE, request, () => this.sendTo(request));
  }

  /** The right code turns the ticket into a session. */
  verify(request: SecondFactorRequest): Promise<SignInResult> {
    return this.decisions.watch(SIGN_IN, request, () => this.prove(request));
  }

  private async sendTo(request: SecondFactorCodeRequest): Promise<SecondFactorCodeResult> {
    this.admission.requireEnabled();
    const { ticket, user, phoneNumber } = await this.open(request.tempToken);
    this.decisions.isAbout(request, phoneNumber);
    if (this.numbers.standing(phoneNumber) === 'refused') throw new PhoneAuthError('INVALID_PHONE_NUMBER');
    if (!(await this.tickets.takeSend(ticket))) {
      const left = Math.ceil((ticket.expiresAt - this.clock.now()) / 1_000);
      throw new PhoneAuthError('RATE_LIMITED', { retryAfter: Math.max(1, left) });
    }
    try {
      const sent = await this.messenger.send({
        purpose: 'second-factor',
        phoneNumber,
        owner: user,
        requestedBy: user.id,
        boundTo: ticket.id,
        channel: request.channel,
        client: request,
      });
      return { maskedPhoneNumber: maskPhoneNumber(phoneNumber), ...sent };
    } catch (error) {
      this.background.run('A message that did not go out stays counted', () =>
        this.tickets.giveSendBack(ticket),
      );
      throw error;
    }
  }

  private async prove(request: SecondFactorRequest): Promise<SignInResult> {
    const { ipAddress = '', userAgent = '' } = request;
    const code = this.codes.normalize(request.code);
    const { ticket, user, phoneNumber } = await this.open(request.tempToken);
    await this.admission.admit(request, 'verify', phoneNumber);
    const proven = await this.proof.prove({
      purpose: 'second-factor',
      phoneNumber,
      code,
      client: request,
      requestedBy: ticket.id,
    });
    await this.proof.use(proven);
    // it may have ended since it was looked at, with a password that was reset or a number that was changed
    if (!(await this.tickets.spend(ticket))) throw new PhoneAuthError('INVALID_TEMP_TOKEN');
    const started = await this.sessions.start({
      userId: user.id,
      amr: 'mfa',
      remembered: ticket.remembered,
      ipAddress,
      userAgent,
    });
    const signedIn = await this.pairs.complete(user, started);
    return { user, isNewUser: false, signedIn, knownDevice: this.proof.device(proven, user.id) };
  }

  /** @throws PhoneAuthError `TEMP_TOKEN_REQUIRED`, `INVALID_TEMP_TOKEN`, `SECOND_FACTOR_NOT_AVAILABLE` */
  private async open(tempToken: string): Promise<OpenSignIn> {
    if (!tempToken) throw new PhoneAuthError('TEMP_TOKEN_REQUIRED');
    const ticket = await this.tickets.find(tempToken);
    const user = ticket && (await this.users.findById(ticket.userId));
    if (!user) throw new PhoneAuthError('INVALID_TEMP_TOKEN');
    return { ticket, user, phoneNumber: factorOf(user) };
  }
}

function factorOf(user: PhoneUser): E164 {
  const phoneNumber = verifiedNumberOf(user);
  if (phoneNumber === undefined) throw new PhoneAuthError('SECOND_FACTOR_NOT_AVAILABLE');
  return phoneNumber;
}
