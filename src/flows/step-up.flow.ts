import { Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { MessageChannel } from '../options/options.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Sessions } from '../sessions/sessions.js';
import { verifiedNumberOf } from '../users/verified-number.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { CodeMessenger } from './code-messenger.js';
import { CodeProof } from './code-proof.js';
import { codeRequest, STEP_UP } from './decision-list.js';
import { Decisions } from './decisions.js';
import type { SecondFactorCodeResult } from './second-factor.flow.js';
import { type CurrentSession, SessionFlow } from './session.flow.js';
import type { SignInResult } from './sign-in.flow.js';
import { TokenPairs } from './token-pairs.js';

/** @publicApi */
export interface StepUpCodeRequest extends ClientContext {
  /** The token of the session that is to be proven again. */
  readonly sessionToken: string | undefined;
  /** How the code shall reach the phone, see `channels`. @default 'sms' */
  readonly channel?: MessageChannel | undefined;
}

/** @publicApi */
export interface StepUpRequest extends ClientContext {
  /** The token of the session that is to be proven again. */
  readonly sessionToken: string | undefined;
  readonly code: string;
}

const SEND_CODE = codeRequest('send_step_up', 'step-up');

/** Somebody who is signed in shows that his number is still at hand, before something that matters. */
@Injectable()
export class StepUpFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly current: SessionFlow,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly messenger: CodeMessenger,
    private readonly codes: OneTimeCodes,
    private readonly proof: CodeProof,
    private readonly sessions: Sessions,
    private readonly pairs: TokenPairs,
  ) {}

  send(request: StepUpCodeRequest): Promise<SecondFactorCodeResult> {
    return this.decisions.watch(SEND_CODE, request, () => this.sendTo(request));
  }

  /** The right code is noted on the session, which goes on under a new token (R53). */
  verify(request: StepUpRequest): Promise<SignInResult> {
    return this.decisions.watch(STEP_UP, request, () => this.prove(request));
  }

  private async sendTo(request: StepUpCodeRequest): Promise<SecondFactorCodeResult> {
    this.admission.requireEnabled();
    const { user, session, phoneNumber } = await this.open(request.sessionToken);
    this.decisions.isAbout(request, phoneNumber);
    if (this.numbers.standing(phoneNumber) === 'refused') throw new PhoneAuthError('INVALID_PHONE_NUMBER');
    const sent = await this.messenger.send({
      purpose: 'step-up',
      phoneNumber,
      owner: user,
      requestedBy: user.id,
      boundTo: session.id,
      channel: request.channel,
      client: request,
    });
    return { maskedPhoneNumber: maskPhoneNumber(phoneNumber), ...sent };
  }

  private async prove(request: StepUpRequest): Promise<SignInResult> {
    const code = this.codes.normalize(request.code);
    const { user, session, token, phoneNumber } = await this.open(request.sessionToken);
    await this.admission.admit(request, 'verify', phoneNumber);
    const proven = await this.proof.prove({
      purpose: 'step-up',
      phoneNumber,
      code,
      client: request,
      requestedBy: session.id,
    });
    await this.proof.use(proven);
    const started = await this.sessions.elevate(session, token);
    if (!started) throw new PhoneAuthError('UNAUTHORIZED');
    // with token pairs another session has taken its place
    if (started.session.id !== session.id)
      this.decisions.tellEnded('replaced', { userId: user.id, sessionId: session.id });
    const signedIn = await this.pairs.complete(user, started);
    return { user, isNewUser: false, signedIn, knownDevice: this.proof.device(proven, user.id) };
  }

  /** @throws PhoneAuthError `UNAUTHORIZED`, `VERIFIED_PHONE_REQUIRED` */
  private async open(
    token: string | undefined,
  ): Promise<CurrentSession & { token: string; phoneNumber: E164 }> {
    const current = token === undefined ? null : await this.current.read(token);
    if (token === undefined || !current) throw new PhoneAuthError('UNAUTHORIZED');
    const phoneNumber = verifiedNumberOf(current.user);
    if (phoneNumber === undefined) throw new PhoneAuthError('VERIFIED_PHONE_REQUIRED');
    return { ...current, token, phoneNumber };
  }
}
