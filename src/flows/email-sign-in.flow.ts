import { Injectable } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Sessions } from '../sessions/sessions.js';
import { Passwords } from '../users/passwords.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { PASSWORD_SIGN_IN } from './decision-list.js';
import { Decisions } from './decisions.js';
import { NamedAccounts } from './named-accounts.js';
import { SecondFactorFlow, type SecondFactorPending } from './second-factor.flow.js';
import type { SignInResult } from './sign-in.flow.js';
import { TokenPairs } from './token-pairs.js';

/** @publicApi */
export interface EmailSignInRequest extends ClientContext {
  /** In any case. */
  readonly email: string;
  readonly password: string;
}

/** E-mail address and password. Unknown address, no password and wrong password look alike and take alike (R58). */
@Injectable()
export class EmailSignInFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly admission: Admission,
    private readonly accounts: NamedAccounts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly pairs: TokenPairs,
    private readonly secondFactor: SecondFactorFlow,
  ) {}

  run(request: EmailSignInRequest): Promise<SignInResult | SecondFactorPending> {
    return this.decisions.watch(PASSWORD_SIGN_IN, request, () => this.signIn(request));
  }

  private async signIn(request: EmailSignInRequest): Promise<SignInResult | SecondFactorPending> {
    const { password, ipAddress = '', userAgent = '' } = request;
    const address = request.email.trim().toLowerCase();
    this.passwords.checkLength(password);
    await this.admission.admitUnnamed(request, 'sign-in');
    await this.admission.count('sign-in', address);

    const user = await this.accounts.findByEmail(address);
    const matches = await this.passwords.matches(user?.id, password);
    if (!user || !matches) throw new PhoneAuthError('INVALID_EMAIL_OR_PASSWORD');
    if (user.twoFactorEnabled) return this.secondFactor.startFor(user, {});

    const session = { userId: user.id, amr: 'pwd', remembered: true, ipAddress, userAgent } as const;
    const started = await this.sessions.start(session);
    return { user, isNewUser: false, signedIn: await this.pairs.complete(user, started) };
  }
}
