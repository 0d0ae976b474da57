import { Inject, Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Sessions } from '../sessions/sessions.js';
import { Passwords } from '../users/passwords.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { CodeMessenger } from './code-messenger.js';
import { PASSWORD_SIGN_IN } from './decision-list.js';
import { Decisions } from './decisions.js';
import { SecondFactorFlow, type SecondFactorPending } from './second-factor.flow.js';
import type { SignInResult } from './sign-in.flow.js';
import { TokenPairs } from './token-pairs.js';

/** @publicApi */
export interface PasswordSignInRequest extends ClientContext {
  readonly phoneNumber: string;
  readonly password: string;
  /** Keep the session when the browser closes. @default true */
  readonly rememberMe?: boolean | undefined;
}

/** Number and password. Unknown number, no password and wrong password look alike and take alike (S1.29, R58). */
@Injectable()
export class PasswordSignInFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly users: PhoneUserStore,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly pairs: TokenPairs,
    private readonly messenger: CodeMessenger,
    private readonly secondFactor: SecondFactorFlow,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  run(request: PasswordSignInRequest): Promise<SignInResult | SecondFactorPending> {
    return this.decisions.watch(PASSWORD_SIGN_IN, request, () => this.check(request));
  }

  private async check(request: PasswordSignInRequest): Promise<SignInResult | SecondFactorPending> {
    const { ipAddress = '', userAgent = '', rememberMe = true } = request;
    const phoneNumber = await this.numbers.require(request.phoneNumber);
    this.passwords.checkLength(request.password);
    await this.admission.admit(request, 'sign-in', phoneNumber);

    const user = await this.users.findByPhoneNumber(phoneNumber);
    const matches = await this.passwords.matches(user?.id, request.password);
    if (!user || !matches) throw new PhoneAuthError('INVALID_PHONE_NUMBER_OR_PASSWORD');

    // only whoever knows the password learns this, and only he can cause the message (R36)
    if (this.config.requireVerification && !user.phoneNumberVerified) {
      if (this.numbers.standing(phoneNumber) === 'refused') throw new PhoneAuthError('INVALID_PHONE_NUMBER');
      await this.sendCode(phoneNumber, user, request);
      throw new PhoneAuthError('PHONE_NUMBER_NOT_VERIFIED');
    }
    if (user.twoFactorEnabled) return this.secondFactor.startFor(user, { rememberMe });
    const started = await this.sessions.start({
      userId: user.id,
      amr: 'pwd',
      remembered: rememberMe,
      ipAddress,
      userAgent,
    });
    return { user, isNewUser: false, signedIn: await this.pairs.complete(user, started) };
  }

  /** Where a message went out a moment ago, that one will do: the password was right, and that is what counts here. */
  private async sendCode(phoneNumber: E164, owner: PhoneUser, client: ClientContext): Promise<void> {
    try {
      await this.messenger.send({ purpose: 'sign-in', phoneNumber, owner, client });
    } catch (error) {
      if (!(error instanceof PhoneAuthError && error.code === 'RATE_LIMITED')) throw error;
    }
  }
}
