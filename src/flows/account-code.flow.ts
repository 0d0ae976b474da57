import { Inject, Injectable } from '@nestjs/common';
import { CodeMac } from '../codes/code-mac.js';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Clock } from '../runtime/clock.js';
import { Sessions } from '../sessions/sessions.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { type CodeMessage, CodeMessenger } from './code-messenger.js';
import { CodeProof } from './code-proof.js';
import { codeRequest, signIn } from './decision-list.js';
import { Decisions } from './decisions.js';
import { type AccountName, type NamedAccount, NamedAccounts } from './named-accounts.js';
import type { SignInResult } from './sign-in.flow.js';
import { TokenPairs } from './token-pairs.js';
import { ProvenNumbers } from './proven-numbers.js';
import { VerificationCallback } from './verification-callback.js';

/** @publicApi */
export interface AccountCodeRequest extends ClientContext, AccountName {}

/** @publicApi */
export interface AccountVerifyRequest extends ClientContext, AccountName {
  readonly code: string;
}

const SEND_CODE = codeRequest('send_account_code', 'sign-in');
const SIGN_IN = signIn('account_sign_in', 'sms');

/** Why a message does not go out where all is well: nothing to log. */
const REFUSALS: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'PHONE_NUMBER_DISABLED',
  'INVALID_PHONE_NUMBER',
  'MISSING_RESPONSE',
  'VERIFICATION_FAILED',
]);

/**
 * A sign-in code for an account, which goes to the number that the account has proven and to no other (S3.13, 8.23). Whoever
 * asks learns nothing of the account: he is answered before anybody looks for it.
 */
@Injectable()
export class AccountCodeFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly accounts: NamedAccounts,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly messenger: CodeMessenger,
    private readonly sms: SmsDelivery,
    private readonly codes: OneTimeCodes,
    private readonly mac: CodeMac,
    private readonly proof: CodeProof,
    private readonly users: PhoneUserStore,
    private readonly sessions: Sessions,
    private readonly pairs: TokenPairs,
    private readonly verified: VerificationCallback,
    private readonly provenNumbers: ProvenNumbers,
    private readonly background: BackgroundTasks,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  send(request: AccountCodeRequest): Promise<void> {
    return this.decisions.watch(SEND_CODE, request, () => this.sendOrHide(request));
  }

  /** The right code signs in. An account that there is not answers as one does to a wrong code, and is charged as one. */
  verify(request: AccountVerifyRequest): Promise<SignInResult> {
    return this.decisions.watch(SIGN_IN, request, () => this.prove(request));
  }

  private async sendOrHide(request: AccountCodeRequest): Promise<void> {
    this.accounts.check(request);
    this.sms.requireSender();
    await this.admission.admitUnnamed(request, 'send-otp');
    if (this.config.nodeAuth.unknownAccounts === 'told' && request.userId) return this.sendNow(request);
    this.background.run('A sign-in code was not sent', () => this.sendQuietly(request));
  }

  private async sendNow(request: AccountCodeRequest): Promise<void> {
    const account = await this.accounts.find(request);
    if (!account.user) throw new PhoneAuthError('ACCOUNT_NOT_FOUND');
    if (!account.isReachable) throw new PhoneAuthError('PHONE_NOT_SET');
    await this.messenger.send(await this.messageTo(account, request));
  }

  private async sendQuietly(request: AccountCodeRequest): Promise<void> {
    try {
      const account = await this.accounts.find(request);
      if (account.isReachable) await this.messenger.sendLater(await this.messageTo(account, request), true);
      else await this.pretend(account);
    } catch (error) {
      if (!(error instanceof PhoneAuthError && REFUSALS.has(error.code))) throw error;
    }
  }

  /** A code that nobody ever sees, so that guesses at it are answered as guesses at any other. */
  private async pretend({ phoneNumber }: NamedAccount): Promise<void> {
    await this.admission.count('send-otp', phoneNumber);
    await this.codes.issue({
      purpose: 'sign-in',
      phoneNumber,
      holder: '',
      requestedBy: null,
      sentFrom: '',
      idempotencyKey: undefined,
      askedFor: undefined,
      sealed: false,
    });
  }

  private async messageTo(
    { user, phoneNumber }: NamedAccount,
    request: AccountCodeRequest,
  ): Promise<CodeMessage> {
    this.decisions.isAbout(request, phoneNumber);
    if (this.numbers.standing(phoneNumber) === 'refused') throw new PhoneAuthError('INVALID_PHONE_NUMBER');
    await this.admission.count('send-otp', phoneNumber);
    return {
      purpose: 'sign-in',
      phoneNumber,
      owner: user,
      client: request,
      onIssued: async ({ id, code, expiresIn }) => {
        const mac = this.mac.of(code, { purpose: 'sign-in', phoneNumber, id });
        const expiresAt = new Date(this.clock.now() + expiresIn * 1_000);
        if (user) await this.users.noteCode?.(user.id, mac, expiresAt);
      },
    };
  }

  private async prove(request: AccountVerifyRequest): Promise<SignInResult> {
    this.accounts.check(request);
    const code = this.codes.normalize(request.code);
    await this.admission.admitUnnamed(request, 'verify');
    const { user, phoneNumber, isReachable } = await this.accounts.find(request);
    if (isReachable) this.decisions.isAbout(request, phoneNumber);
    await this.admission.count('verify', phoneNumber);
    const proven = await this.proof.prove({ purpose: 'sign-in', phoneNumber, code, client: request });
    // the lucky guess at a code that was never sent looks like any other wrong one
    if (!user || !isReachable) throw new PhoneAuthError('INVALID_OTP');

    await this.proof.use(proven);
    await this.users.noteCode?.(user.id, null, null);
    // the code is used up: it was the only thing that it could have been good for
    if (user.twoFactorEnabled) throw new PhoneAuthError('SECOND_FACTOR_REQUIRED');
    const signedIn = await this.open(user, phoneNumber, request);
    return { user, isNewUser: false, signedIn, knownDevice: this.proof.device(proven, user.id) };
  }

  private async open(user: PhoneUser, phoneNumber: E164, { ipAddress = '', userAgent = '' }: ClientContext) {
    const session = { userId: user.id, amr: 'sms', remembered: true, ipAddress, userAgent } as const;
    const { started, event } = await this.provenNumbers.write(
      phoneNumber,
      'sign-in',
      async (transaction) => ({
        user,
        started: await this.sessions.start(session, transaction),
      }),
    );
    await this.verified.tell(phoneNumber, user, { token: started.token, event });
    return this.pairs.complete(user, started);
  }
}
